import { canUsePasskeys, showPasskey } from '../passkeys/passkeys.ts'
import { useLoaded } from '../state/loaded.ts'
import { useParley } from '../state/parley.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Icon } from '../ui/icon.tsx'

/** Ways to sign in without a password: what this server and this browser know of. */
export function OtherWays() {
  const { client, session } = useParley()
  const { value: providers = [] } = useLoaded(async () => {
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
      body: { returnTo: location.pathname },
    })
    location.assign(data.url)
  }
  if (providers.length === 0 && !canUsePasskeys()) return null
  return (
    <div class="other-ways" role="group" aria-label="Other ways to sign in">
      {providers.map(({ name, label }) => (
        <ActionButton key={name} onAction={() => goTo(name)}>
          Continue with {label}
        </ActionButton>
      ))}
      {canUsePasskeys() && (
        <ActionButton onAction={usePasskey}>
          <Icon name="key" /> Sign in with a passkey
        </ActionButton>
      )}
    </div>
  )
}
