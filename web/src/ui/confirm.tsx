import type { ComponentChildren } from 'preact'
import { Dialog } from './dialog.tsx'
import { Form, Submit } from './form.tsx'
import { Button } from './button.tsx'

interface ConfirmProps {
  title: string
  /** What the button says: what will be done. */
  action: string
  danger?: boolean
  /** Does it; what it throws is shown, otherwise the dialog closes. */
  onConfirm: () => Promise<unknown>
  onClose: () => void
  children: ComponentChildren
}

/** Asks before something is done. */
export function Confirm({ title, action, danger, onConfirm, onClose, children }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose} class="confirm">
      <Form onSubmit={() => onConfirm().then(onClose)}>
        <div>{children}</div>
        <footer class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Submit look={danger ? 'danger' : 'primary'}>{action}</Submit>
        </footer>
      </Form>
    </Dialog>
  )
}
