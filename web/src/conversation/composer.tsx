import { useSignalEffect } from '@preact/signals'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { roomName } from '../rooms/room-name.ts'
import { useFollow } from '../state/follow.ts'
import { IconButton } from '../ui/button.tsx'
import { lazy } from '../ui/lazy.tsx'
import { ComposerContext } from './composer-context.tsx'
import { isTouch, useComposerText } from './composer-text.ts'
import { useConversation } from './conversation-view.ts'
import { LengthNote } from './length-note.tsx'

const EmojiPicker = lazy(() => import('./emoji-picker.tsx').then((m) => m.EmojiPicker))

/** Where one writes: a new message, or another text for an old one. */
export function Composer() {
  const view = useConversation()
  const { room } = view
  const info = useFollow(room, () => room.info)
  if (info.archivedAt) {
    return (
      <p class="composer archived">This room is archived: everyone can read, nobody can write.</p>
    )
  }
  return (
    <div class="composer">
      <ComposerContext />
      <Writing label={`Message to ${roomName(info)}`} />
    </div>
  )
}

function Writing({ label }: { label: string }) {
  const view = useConversation()
  const text = useComposerText()
  const area = useRef<HTMLTextAreaElement>(null)
  const [picking, setPicking] = useState(false)
  useHeight(area, text.value.value)
  useSignalEffect(() => {
    // Who begins to answer or to edit goes on by writing.
    if (view.replyingTo.value ?? view.editing.value) area.current?.focus()
  })
  useEffect(() => {
    if (!isTouch()) area.current?.focus() // on a phone it would bring up the keyboard
  }, [])
  const left = text.left.value
  const noteId = useId()
  return (
    <>
      <div class="writing">
        <IconButton
          icon="smile"
          label="Emoji"
          aria-expanded={picking}
          onClick={() => setPicking(!picking)}
        />
        {picking && (
          <EmojiPicker
            onPick={(emoji) => insert(area.current, emoji)}
            onClose={() => {
              setPicking(false)
              area.current?.focus()
            }}
          />
        )}
        <textarea
          ref={area}
          aria-label={label}
          placeholder={label}
          rows={1}
          dir="auto"
          aria-describedby={noteId}
          aria-invalid={left < 0}
          enterkeyhint="send"
          value={text.value.value}
          onInput={(event) => text.change(event.currentTarget.value)}
          onKeyDown={(event) => text.key(event)}
        />
        <IconButton
          icon={view.editing.value ? 'check' : 'send'}
          label={view.editing.value ? 'Save' : 'Send'}
          class="send"
          disabled={text.value.value.trim() === '' || left < 0}
          onClick={() => {
            text.finish()
            area.current?.focus()
          }}
        />
      </div>
      <LengthNote
        id={noteId}
        left={left}
        refused={text.refused.value}
        aim={view.editing.value ? 'saved' : 'sent'}
      />
    </>
  )
}

/** Grows with what is written, up to what the style sheet allows. */
function useHeight(area: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const element = area.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight + 2}px`
  }, [text])
}

function insert(area: HTMLTextAreaElement | null, text: string): void {
  if (!area) return
  area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end')
  area.dispatchEvent(new Event('input', { bubbles: true }))
}
