import { ParleyError } from '@parley/client'
import type { NewToken, OwnTokenRequest, PersonalToken } from '@parley/client'
import { useState } from 'preact/hooks'
import { PasswordField } from '../settings/two-factor/code-field.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { useParley } from '../state/parley.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Check, Select } from '../ui/fields.tsx'
import { Field, Form, Submit } from '../ui/form.tsx'
import { pointAt } from '../ui/point-at.ts'
import { scopes } from './token-source.ts'
import type { TokenSource } from './token-source.ts'

const lifetimes = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
  ['', 'Until it is ended'],
] as const

interface NewTokenDialogProps {
  source: TokenSource
  onMade: (token: PersonalToken) => void
  onClose: () => void
}

/** Makes a token, and shows it this once. */
export function NewTokenDialog({ source, onMade, onClose }: NewTokenDialogProps) {
  const [made, setMade] = useState<NewToken>()
  const create = async (fields: Record<string, string>): Promise<void> => {
    const created = await source
      .create(requestIn(fields))
      .catch(pointAt({ invalid_credentials: 'currentPassword' }))
    setMade(created)
    onMade(created.info)
  }
  return (
    <Dialog title="New access token" onClose={onClose}>
      {made ? (
        <Made token={made.token} onClose={onClose} />
      ) : (
        <Form onSubmit={create}>
          <Field
            label="Name"
            name="name"
            hint="What it is for: “Build server”, “Morning news”."
            maxLength={100}
            required
            first
          />
          <Scopes />
          <Select label="How long?" name="expiresInDays" options={lifetimes} value="90" />
          {source.wantsPassword && <PasswordField />}
          <footer class="actions">
            <Button onClick={onClose}>Cancel</Button>
            <Submit>Make the token</Submit>
          </footer>
        </Form>
      )}
    </Dialog>
  )
}

function Scopes() {
  const { me } = useParley()
  const isAdmin = me.value?.role === 'admin'
  const offered = scopes.filter(([scope]) => isAdmin || !scope.startsWith('admin:'))
  return (
    <fieldset class="scopes">
      <legend>What may it do?</legend>
      {offered.map(([scope, about]) => (
        <Check key={scope} name={`scope ${scope}`} value={scope}>
          {about} <small>{scope}</small>
        </Check>
      ))}
    </fieldset>
  )
}

function requestIn(fields: Record<string, string>): OwnTokenRequest {
  const { name = '', expiresInDays = '', currentPassword = '' } = fields
  const chosen = scopes.map(([scope]) => scope).filter((scope) => fields[`scope ${scope}`])
  if (chosen.length === 0) {
    throw new ParleyError('invalid_request', 'unable to make a token; choose what it may do')
  }
  return {
    name: name.trim(),
    scopes: chosen,
    ...(expiresInDays && { expiresInDays: Number(expiresInDays) }),
    ...(currentPassword && { currentPassword }),
  }
}

function Made({ token, onClose }: { token: string; onClose: () => void }) {
  return (
    <div class="form">
      <p>Copy it now: it is not shown again.</p>
      <code class="once">{token}</code>
      <footer class="actions">
        <CopyButton text={token} />
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </footer>
    </div>
  )
}
