import type { Passkey } from '@parley/client'
import { useState } from 'preact/hooks'
import { canUsePasskeys } from '../../passkeys/passkeys.ts'
import { fromNow } from '../../people/profile-facts.ts'
import { usePages } from '../../state/pages.ts'
import { useParley } from '../../state/parley.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Form, Submit } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { PageList } from '../../ui/page-list.tsx'
import { Panel } from '../../ui/panel.tsx'
import { NewPasskeyDialog } from './new-passkey-dialog.tsx'

/** Keys kept by one's devices, that sign in without a password. */
export function PasskeysPanel() {
  const { client } = useParley()
  const [adds, add] = useState(false)
  const passkeys = usePages<Passkey>(async (cursor) => {
    const params = { query: { cursor } }
    const { data } = await client.http.GET('/v1/auth/passkeys', { params })
    return data
  })
  return (
    <Panel
      title="Passkeys"
      about="Sign in with your fingerprint, face or a security key, with no password to be stolen."
      actions={canUsePasskeys() && <Button onClick={() => add(true)}>Add a passkey</Button>}
    >
      {!canUsePasskeys() && <p class="hint">This browser cannot use passkeys at this address.</p>}
      <PageList
        pages={passkeys}
        label="Passkeys"
        empty={<p class="hint">You have none.</p>}
        row={(passkey) => (
          <PasskeyRow
            key={passkey.id}
            passkey={passkey}
            onChange={(changed) =>
              passkeys.change((items) =>
                items.flatMap((item) => {
                  if (item.id !== passkey.id) return [item]
                  return changed ? [changed] : []
                }),
              )
            }
          />
        )}
      />
      {adds && (
        <NewPasskeyDialog
          onAdded={(passkey) => passkeys.change((items) => [...items, passkey])}
          onClose={() => add(false)}
        />
      )}
    </Panel>
  )
}

interface PasskeyRowProps {
  passkey: Passkey
  /** Renamed; or gone, without one. */
  onChange: (changed?: Passkey) => void
}

function PasskeyRow({ passkey, onChange }: PasskeyRowProps) {
  const { client } = useParley()
  const { id, name, backedUp, createdAt, lastUsedAt } = passkey
  const [asks, ask] = useState<'rename' | 'remove'>()
  const close = (): void => ask(undefined)
  const params = { path: { passkeyId: id } }
  const remove = async (): Promise<void> => {
    await client.http.DELETE('/v1/auth/passkeys/{passkeyId}', { params })
    onChange()
  }
  const rename = async (fields: Record<string, string>): Promise<void> => {
    const body = { name: (fields['name'] ?? '').trim() }
    const { data } = await client.http.PATCH('/v1/auth/passkeys/{passkeyId}', { params, body })
    onChange(data)
    close()
  }
  return (
    <li>
      <Icon name="key" />
      <span class="facts">
        <strong class="one-line">{name}</strong>
        <small>
          Since {new Date(createdAt).toLocaleDateString(undefined, { dateStyle: 'medium' })} ·{' '}
          {lastUsedAt ? `used ${fromNow(new Date(lastUsedAt))}` : 'never used'}
          {backedUp && ' · on your other devices too'}
        </small>
      </span>
      <Menu label={`What to do with ${name}`}>
        <MenuItem icon="edit" onSelect={() => ask('rename')}>
          Rename
        </MenuItem>
        <MenuItem icon="trash" danger onSelect={() => ask('remove')}>
          Remove
        </MenuItem>
      </Menu>
      {asks === 'rename' && (
        <Dialog title="Rename the passkey" onClose={close}>
          <Form onSubmit={rename}>
            <Field label="Name" name="name" value={name} maxLength={100} required first />
            <footer class="actions">
              <Button onClick={close}>Cancel</Button>
              <Submit>Rename</Submit>
            </footer>
          </Form>
        </Dialog>
      )}
      {asks === 'remove' && (
        <Confirm
          title={`Remove ${name}?`}
          action="Remove"
          danger
          onConfirm={remove}
          onClose={close}
        >
          It does not sign you in any more. Delete it on the device too.
        </Confirm>
      )}
    </li>
  )
}
