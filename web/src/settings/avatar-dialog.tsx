import { useEffect, useState } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Form, Submit } from '../ui/form.tsx'

interface AvatarDialogProps {
  file: File
  onClose: () => void
}

/** How the picture will look, before it is used. */
export function AvatarDialog({ file, onClose }: AvatarDialogProps) {
  const { client, toasts } = useParley()
  const [address, setAddress] = useState<string>()
  const [unreadable, setUnreadable] = useState(false)
  useEffect(() => {
    // As data: the policy of the page allows no blob: addresses.
    const reader = new FileReader()
    reader.addEventListener('load', () => {
      if (typeof reader.result === 'string') setAddress(reader.result)
    })
    reader.addEventListener('error', () => setUnreadable(true))
    reader.readAsDataURL(file)
    return () => reader.abort()
  }, [file])
  const use = async (): Promise<void> => {
    await client.http.PUT('/v1/users/me/avatar', { body: { file }, bodySerializer: formOf })
    toasts.done('This is you now.')
    onClose()
  }
  return (
    <Dialog title="Your picture" onClose={onClose}>
      <Form onSubmit={use}>
        <div class="avatar-preview">
          {unreadable ? (
            <p class="fault">This file cannot be shown; it may be damaged.</p>
          ) : (
            address &&
            ['large', 'medium', 'small'].map((size) => (
              <span key={size} class={`avatar ${size}`}>
                <img
                  src={address}
                  alt={size === 'large' ? 'How others will see you' : ''}
                  onError={() => setUnreadable(true)}
                />
              </span>
            ))
          )}
        </div>
        <footer class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Submit disabled={unreadable}>Use this picture</Submit>
        </footer>
      </Form>
    </Dialog>
  )
}

function formOf({ file }: { file: Blob }): FormData {
  const form = new FormData()
  form.append('file', file)
  return form
}
