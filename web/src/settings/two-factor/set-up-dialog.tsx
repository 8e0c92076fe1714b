import type { TwoFactorSetup } from '@parley/client'
import { useState } from 'preact/hooks'
import { useParley } from '../../state/parley.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { pointAt } from '../../ui/point-at.ts'
import { CodeField, PasswordField } from './code-field.tsx'
import { QrCode } from './qr-code.tsx'
import { RecoveryCodeList } from './recovery-code-list.tsx'

/** From the password over the QR code to the recovery codes. */
export function SetUpDialog({ onClose }: { onClose: () => void }) {
  const { client } = useParley()
  const [setup, setSetup] = useState<TwoFactorSetup>()
  const [codes, setCodes] = useState<readonly string[]>()
  const begin = async ({ currentPassword = '' }: Record<string, string>): Promise<void> => {
    const body = currentPassword ? { currentPassword } : {}
    const { data } = await client.http
      .POST('/v1/auth/two-factor', { body })
      .catch(pointAt({ invalid_credentials: 'currentPassword' }))
    setSetup(data)
  }
  const confirm = async ({ code = '' }: Record<string, string>): Promise<void> => {
    const { data } = await client.http
      .POST('/v1/auth/two-factor/confirm', { body: { code: code.replaceAll(' ', '') } })
      .catch(pointAt({ invalid_code: 'code' }))
    setCodes(data.recoveryCodes)
  }
  return (
    <Dialog title="Set up two-factor" onClose={onClose}>
      {codes ? (
        <RecoveryCodeList codes={codes} onDone={onClose} />
      ) : setup ? (
        <Form key="confirm" onSubmit={confirm}>
          <Secret setup={setup} />
          <CodeField first hint="Six digits, as the app shows them now." />
          <footer class="actions">
            <Button onClick={onClose}>Cancel</Button>
            <Submit>Turn on</Submit>
          </footer>
        </Form>
      ) : (
        <Form key="begin" onSubmit={begin}>
          <p>You need an authenticator app, on your phone or in your password manager.</p>
          <PasswordField first />
          <footer class="actions">
            <Button onClick={onClose}>Cancel</Button>
            <Submit>Go on</Submit>
          </footer>
        </Form>
      )}
    </Dialog>
  )
}

function Secret({ setup: { uri, secret } }: { setup: TwoFactorSetup }) {
  return (
    <>
      <p>Scan this with the app:</p>
      <QrCode text={uri} label="QR code for the authenticator app" />
      <p class="hint">
        On this device <a href={uri}>open the app</a>; or type the secret:{' '}
        <code class="secret">{secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
    </>
  )
}
