import { useState } from 'preact/hooks'
import { useParley } from '../../state/parley.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { pointAt } from '../../ui/point-at.ts'
import { CodeField } from './code-field.tsx'
import { RecoveryCodeList } from './recovery-code-list.tsx'

/** New recovery codes instead of the old ones. */
export function NewCodesDialog({ onClose }: { onClose: () => void }) {
  const { client } = useParley()
  const [codes, setCodes] = useState<readonly string[]>()
  const renew = async ({ code = '' }: Record<string, string>): Promise<void> => {
    const { data } = await client.http
      .POST('/v1/auth/two-factor/recovery-codes', { body: { code: code.trim() } })
      .catch(pointAt({ invalid_code: 'code' }))
    setCodes(data.recoveryCodes)
  }
  return (
    <Dialog title="New recovery codes" onClose={onClose}>
      {codes ? (
        <RecoveryCodeList codes={codes} onDone={onClose} />
      ) : (
        <Form onSubmit={renew}>
          <p>The old ones end.</p>
          <CodeField first />
          <footer class="actions">
            <Button onClick={onClose}>Cancel</Button>
            <Submit>Make new ones</Submit>
          </footer>
        </Form>
      )}
    </Dialog>
  )
}
