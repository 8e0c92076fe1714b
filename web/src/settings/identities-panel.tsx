import type { Identity, Provider } from '@parley/client'
import { useState } from 'preact/hooks'
import { readReturned } from '../openid/returned.ts'
import { fromNow } from '../people/profile-facts.ts'
import { useLoaded } from '../state/loaded.ts'
import { useParley } from '../state/parley.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Form, Submit } from '../ui/form.tsx'
import { Icon } from '../ui/icon.tsx'
import { Failure } from '../ui/page-list.tsx'
import { Panel } from '../ui/panel.tsx'
import { pointAt } from '../ui/point-at.ts'
import { FreshProof, proofIn } from './fresh-proof.tsx'

/** Accounts elsewhere that sign in here; not to be seen where this server knows no provider. */
export function IdentitiesPanel() {
  const { client } = useParley()
  const [links, link] = useState<Provider>()
  const [returned] = useState(() => readReturned(location.hash))
  const loaded = useLoaded(async () => {
    const [providers, identities] = await Promise.all([
      client.publicHttp.GET('/v1/auth/openid'),
      client.http.GET('/v1/auth/identities'),
    ])
    return { providers: providers.data.items, identities: identities.data.items }
  })
  const { value, error, reload } = loaded
  if (error && !value) return <Failure error={error} onRetry={reload} />
  if (!value || value.providers.length + value.identities.length === 0) return null
  const linked = new Set(value.identities.map(({ provider }) => provider))
  const others = value.providers.filter(({ name }) => !linked.has(name)) // one of each at most
  return (
    <Panel title="Sign in with others" about="Accounts elsewhere that let you in here.">
      {returned?.name === 'failed' && (
        <p class="fault" role="alert">
          {returned.why}
        </p>
      )}
      <ul class="rows" aria-label="Linked accounts">
        {value.identities.map((identity) => (
          <IdentityRow
            key={identity.id}
            identity={identity}
            label={value.providers.find(({ name }) => name === identity.provider)?.label}
            onGone={reload}
          />
        ))}
      </ul>
      {others.length > 0 && (
        <div class="actions">
          {others.map((provider) => (
            <Button key={provider.name} onClick={() => link(provider)}>
              <Icon name="link" /> Link {provider.label}
            </Button>
          ))}
        </div>
      )}
      {links && <LinkDialog provider={links} onClose={() => link(undefined)} />}
    </Panel>
  )
}

interface IdentityRowProps {
  identity: Identity
  label?: string
  onGone: () => void
}

function IdentityRow({ identity, label, onGone }: IdentityRowProps) {
  const { client } = useParley()
  const [asks, ask] = useState(false)
  const where = label ?? identity.issuer
  const unlink = async (): Promise<void> => {
    const params = { path: { identityId: identity.id } }
    await client.http.DELETE('/v1/auth/identities/{identityId}', { params })
    onGone()
  }
  return (
    <li>
      <Icon name="link" />
      <span class="facts">
        <strong class="one-line">{where}</strong>
        <small>
          {identity.email ?? identity.displayName ?? identity.subject} · used{' '}
          {fromNow(new Date(identity.lastUsedAt))}
        </small>
      </span>
      <Button onClick={() => ask(true)}>Unlink</Button>
      {asks && (
        <Confirm
          title={`Unlink ${where}?`}
          action="Unlink"
          danger
          onConfirm={unlink}
          onClose={() => ask(false)}
        >
          Nobody signs in here by it any more. Sessions it began go on.
        </Confirm>
      )}
    </li>
  )
}

function LinkDialog({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const { client } = useParley()
  const go = async (fields: Record<string, string>): Promise<void> => {
    const body = { provider: provider.name, returnTo: '/settings/security', ...proofIn(fields) }
    const { data } = await client.http.POST('/v1/auth/identities', { body }).catch(
      pointAt({
        invalid_credentials: 'currentPassword',
        two_factor_required: 'code',
        invalid_code: 'code',
      }),
    )
    location.assign(data.url)
  }
  return (
    <Dialog title={`Link ${provider.label}`} onClose={onClose}>
      <Form onSubmit={go}>
        <p>You go to {provider.label} and come back here.</p>
        <FreshProof />
        <footer class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Submit>Go there</Submit>
        </footer>
      </Form>
    </Dialog>
  )
}
