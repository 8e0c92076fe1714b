import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { roomName } from '../rooms/room-name.ts'
import { useFollow } from '../state/follow.ts'
import { useParley } from '../state/parley.ts'
import { IconButton } from '../ui/button.tsx'
import { lazy } from '../ui/lazy.tsx'
import { ComposerContext } from './composer-context.tsx'
import { useConversation } from './conversation-view.ts'

const EmojiPicker = lazy(() => import('./emoji-picker.tsx').then((m) => m.EmojiPicker))

/** Characters that are left are told from here on. */
const fewLeft = 500

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
  const text = useText()
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
  return (
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
        enterkeyhint="send"
        value={text.value.value}
        onInput={(event) => text.change(event.currentTarget.value)}
        onKeyDown={(event) => text.key(event)}
      />
      {left < fewLeft && (
        <small class="left" data-over={left < 0} role="status">
          {left}
        </small>
      )}
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
  )
}

/** What is being written: a draft that is kept, or the text that is being edited. */
function useText() {
  const view = useConversation()
  const { drafts, me, toasts } = useParley()
  const { room } = view
  const value = useSignal(drafts.read(room.id))
  const left = useComputed(() => mostCharacters - Array.from(value.value).length)
  useSignalEffect(() => {
    value.value = view.editing.value?.text ?? drafts.read(room.id)
  })
  const change = (next: string): void => {
    value.value = next
    if (view.editing.value) return
    drafts.write(room.id, next)
    if (next !== '') room.setTyping()
  }
  const finish = (): void => {
    const text = value.value.trim()
    const edited = view.editing.value
    if (text === '' || left.value < 0 || !me.value) return
    if (edited) {
      view.editing.value = undefined
      if (text !== edited.text) room.edit(edited.seq, text).catch(toasts.failed)
    } else {
      change('')
      view.send(text)
    }
  }
  const key = (event: KeyboardEvent): void => {
    if (event.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey && !isTouch()) finish()
    else if (event.key === 'Escape' && (view.editing.value ?? view.replyingTo.value)) {
      view.editing.value = undefined
      view.replyingTo.value = undefined
    } else if (event.key === 'ArrowUp' && value.value === '') {
      const last = view.lastOwn()
      if (!last) return
      view.edit(last)
    } else return
    event.preventDefault()
  }
  return { value, left, change, finish, key }
}

/** As the server counts them (rule S8). */
const mostCharacters = 8000

/** On a phone Enter begins a new line: the button sends. */
function isTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches
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
