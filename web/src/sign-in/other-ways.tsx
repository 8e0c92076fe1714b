import { canUsePasskeys, showPasskey } from '../passkeys/passkeys.ts'
import { useLoaded } from '../state/loaded.ts'
import { takesPasswords } from '../state/page-settings.ts'
import { useParley } from '../state/parley.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Failure } from '../ui/page-list.tsx'

interface OtherWaysProps {
  /** For somebody new, who has no passkey yet: the token of the invitation she came with. */
  newcomer?: { invitation?: string }
}

/** Ways to sign in without a password: what this server and this browser know of. */
export function OtherWays({ newcomer }: OtherWaysProps) {
  const { client, session } = useParley()
  const {
    value: providers,
    error,
    reload,
  } = useLoaded(async () => {
    // Elsewhere browsers keep no cookie to come back with.
    if (!isSecureContext) return []
    const { data } = await client.publicHttp.GET('/v1/auth/openid')
    return data.items
  })
  const usePasskey = async (): Promise<void> => {
    const credential = await showPasskey(client.publicHttp)
    if (!credential) return
    const path = '/v1/auth/passkey-login'
    const { data } = await client.publicHttp.POST(path, { body: { credential } })
    await client.signIn(data)
    session.begin()
  }
  const goTo = async (provider: string): Promise<void> => {
    const { data } = await client.publicHttp.POST('/v1/auth/openid/{provider}', {
      params: { path: { provider } },
      // Only the sign-in tells what went wrong on the way.
      body: { returnTo: newcomer ? '/sign-in' : location.pathname, ...newcomer },
    })
    location.assign(data.url)
  }
  const showsPasskeys = !newcomer && canUsePasskeys()
  if (!showsPasskeys && !providers?.length) {
    if (takesPasswords()) return null
    if (providers) return <NoWay />
    return error ? <Failure error={error} onRetry={reload} /> : null
  }
  return (
    <div class="other-ways" role="group" aria-label="Other ways to sign in">
      {providers?.map(({ name, label }) => (
        <ActionButton key={name} onAction={() => goTo(name)}>
          Continue with {label}
        </ActionButton>
      ))}
      {showsPasskeys && (
        <ActionButton onAction={usePasskey}>
          <Icon name="key" /> Sign in with a passkey
        </ActionButton>
      )}
    </div>
  )
}

function NoWay() {
  return (
    <p role="status">
      Nobody can sign in on this page. Come by the application that led you here, or by an address
      that begins with https.
    </p>
  )
}
