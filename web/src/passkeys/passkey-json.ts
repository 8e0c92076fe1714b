import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from '@parley/client'

/** Between the JSON of the wire and what `navigator.credentials` speaks; newer browsers can do it
 *  themselves, the others are helped (WebAuthn Level 3, 5.1.8 to 5.1.10). */

export function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (char) => char.charCodeAt(0))
}

export function base64urlOf(bytes: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

export function creationOptions(
  options: PasskeyCreationOptions,
): PublicKeyCredentialCreationOptions {
  const { user, challenge, excludeCredentials } = options
  return {
    ...options,
    challenge: bytesOf(challenge),
    user: { ...user, id: bytesOf(user.id) },
    excludeCredentials: excludeCredentials.map(({ id, type, transports }) => ({
      type,
      id: bytesOf(id),
      // Names a browser does not know are passed over by it.
      transports: transports as AuthenticatorTransport[],
    })),
  }
}

export function requestOptions(options: PasskeyRequestOptions): PublicKeyCredentialRequestOptions {
  return { ...options, challenge: bytesOf(options.challenge) }
}

/** What a new passkey says of itself. */
export function attestationOf(credential: PublicKeyCredential): PasskeyAttestation {
  // What `create` answers with holds this.
  const response = credential.response as AuthenticatorAttestationResponse
  return {
    ...nameOf(credential),
    response: {
      clientDataJSON: base64urlOf(response.clientDataJSON),
      attestationObject: base64urlOf(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  }
}

/** What a passkey answers to prove who one is. */
export function assertionOf(credential: PublicKeyCredential): PasskeyAssertion {
  // What `get` answers with holds this.
  const response = credential.response as AuthenticatorAssertionResponse
  return {
    ...nameOf(credential),
    response: {
      clientDataJSON: base64urlOf(response.clientDataJSON),
      authenticatorData: base64urlOf(response.authenticatorData),
      signature: base64urlOf(response.signature),
      userHandle: response.userHandle ? base64urlOf(response.userHandle) : null,
    },
  }
}

function nameOf({ id, rawId, authenticatorAttachment }: PublicKeyCredential) {
  return { id, rawId: base64urlOf(rawId), type: 'public-key' as const, authenticatorAttachment }
}
