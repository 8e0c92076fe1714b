import type { OwnUser } from '@parley/client'
import { useRef, useState } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { AvatarDialog } from './avatar-dialog.tsx'
import { acceptedPictures, whyNotPicture } from './picture-file.ts'

/** One's picture: choose one, look at it, use it; or be drawn from the name. */
export function AvatarSettings({ user }: { user: OwnUser }) {
  const { client, toasts } = useParley()
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File>()
  const [fault, setFault] = useState<string>()
  const choose = (chosen: File | undefined): void => {
    setFault(chosen && whyNotPicture(chosen))
    setFile(chosen && !whyNotPicture(chosen) ? chosen : undefined)
    if (input.current) input.current.value = '' // the same file can be chosen again
  }
  const remove = async (): Promise<void> => {
    await client.http.DELETE('/v1/users/me/avatar')
    toasts.done('Your picture is gone.')
  }
  return (
    <Panel
      title="Picture"
      about="A square is cut from its middle. Places and cameras are not kept."
    >
      <div
        class="own-avatar"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault()
          choose(event.dataTransfer?.files[0])
        }}
      >
        <Avatar user={user} size="large" />
        <div>
          <div class="actions">
            <Button onClick={() => input.current?.click()}>Choose a picture</Button>
            <ActionButton look="quiet" onAction={remove}>
              Remove it
            </ActionButton>
          </div>
          <p class={fault ? 'fault' : 'hint'} role="status">
            {fault ?? 'JPEG, PNG, WebP or GIF, up to 5 MB; you can also drop it here.'}
          </p>
        </div>
        <input
          ref={input}
          class="hidden-visually"
          type="file"
          tabIndex={-1}
          aria-label="Picture"
          accept={acceptedPictures.join(',')}
          onChange={(event) => choose(event.currentTarget.files?.[0])}
        />
      </div>
      {file && <AvatarDialog file={file} onClose={() => setFile(undefined)} />}
    </Panel>
  )
}
