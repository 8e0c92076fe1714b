import { effect, useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { useConversation } from './conversation-view.ts'

/** What is being written: a draft that is kept, or the text that is being edited. `refused` counts
 *  how often it was too long when one wanted to send it. */
export function useComposerText() {
  const view = useConversation()
  const { drafts, me, toasts } = useParley()
  const { room } = view
  const value = useSignal(drafts.read(room.id))
  const left = useComputed(() => mostCharacters - Array.from(value.value).length)
  const refused = useSignal(0)
  // In the same turn, not a frame later: what is typed in between would be lost.
  useEffect(
    () =>
      effect(() => {
        refused.value = 0
        value.value = view.editing.value?.text ?? drafts.read(room.id)
      }),
    [view],
  )
  const change = (next: string): void => {
    value.value = next
    refused.value = 0
    if (view.editing.value) return
    drafts.write(room.id, next)
    if (next !== '') room.setTyping()
  }
  const finish = (): void => {
    const text = value.value.trim()
    const edited = view.editing.value
    if (text === '' || !me.value) return
    if (left.value < 0) return void refused.value++
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
  return { value, left, refused, change, finish, key }
}

/** As the server counts them (rule S8). */
const mostCharacters = 8000

/** On a phone Enter begins a new line: the button sends. */
export function isTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches
}
