import { ParleyError } from '@parley/client'
import type { Http, PasskeyAssertion, PasskeyAttestation, PasskeyProof } from '@parley/client'
import { assertionOf, attestationOf, creationOptions, requestOptions } from './passkey-json.ts'

/** Whether this browser can make and use passkeys here: not over plain http. */
export function canUsePasskeys(): boolean {
  return 'PublicKeyCredential' in globalThis && isSecureContext
}

/** Lets the browser make a passkey; undefined where the person thought better of it. */
export async function makePasskey(
  http: Http,
  proof: PasskeyProof,
): Promise<PasskeyAttestation | undefined> {
  const { data } = await http.POST('/v1/auth/passkeys/options', { body: proof })
  const made = await ask(() => navigator.credentials.create({ publicKey: creationOptions(data) }))
  return made && attestationOf(made)
}

/** Lets the person show one of her passkeys; undefined where she thought better of it. */
export async function showPasskey(publicHttp: Http): Promise<PasskeyAssertion | undefined> {
  const { data } = await publicHttp.POST('/v1/auth/passkey-login/options')
  const shown = await ask(() => navigator.credentials.get({ publicKey: requestOptions(data) }))
  return shown && assertionOf(shown)
}

/** ParleyError `invalid_passkey`, in words for what browsers refuse. */
async function ask(
  work: () => Promise<Credential | null>,
): Promise<PublicKeyCredential | undefined> {
  try {
    const credential = await work()
    return credential instanceof PublicKeyCredential ? credential : undefined
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
    // Cancelled, or not answered in time: browsers do not tell which.
    if (error.name === 'NotAllowedError' || error.name === 'AbortError') return undefined
    throw new ParleyError('invalid_passkey', `unable to use a passkey; ${reasonOf(error)}`, {
      cause: error,
    })
  }
}

function reasonOf({ name, message }: DOMException): string {
  if (name === 'InvalidStateError') return 'this device has one for your account already'
  if (name === 'SecurityError') return 'the address of this page is not the one passkeys belong to'
  return message
}
