import type { ChatRoom } from '@parley/client'
import { useState } from 'preact/hooks'
import { roomName } from '../rooms/room-name.ts'
import { useParley } from '../state/parley.ts'
import { IconButton } from '../ui/button.tsx'

export function Composer({ room }: { room: ChatRoom }) {
  const { drafts } = useParley()
  const [text, setText] = useState(() => drafts.read(room.id))
  const change = (next: string): void => {
    setText(next)
    drafts.write(room.id, next)
  }
  const send = (): void => {
    if (text.trim() === '') return
    room.send(text).catch(() => {}) // it stays in the list as failed
    change('')
  }
  return (
    <div class="composer">
      <textarea
        aria-label={`Message to ${roomName(room.info)}`}
        rows={1}
        dir="auto"
        value={text}
        onInput={(event) => {
          change(event.currentTarget.value)
          room.setTyping()
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          send()
        }}
      />
      <IconButton icon="send" label="Send" onClick={send} />
    </div>
  )
}
