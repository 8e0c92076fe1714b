import { useEffect, useRef, useState } from 'preact/hooks'
import type { Message } from '@parley/client'
import { useParley } from '../state/parley.ts'
import { useConversation } from './conversation-view.ts'

/** A screen reader is told of new messages once in this time, however many come. */
const pauseMs = 4000

/** Says what came: one message whole, more as a number. */
export function LiveSummary() {
  const { room } = useConversation()
  const { client, me, blocks } = useParley()
  const [text, setText] = useState('')
  const waiting = useRef<Message[]>([])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const tell = (): void => {
      timer = undefined
      if (waiting.current.length === 0) return
      setText(summaryOf(waiting.current))
      waiting.current = []
      timer = setTimeout(tell, pauseMs)
    }
    const off = client.on('message.created', ({ room: roomId, data }) => {
      if (
        roomId !== room.id ||
        data.author.id === me.peek()?.id ||
        blocks.peek().has(data.author.id)
      )
        return
      waiting.current.push(data)
      timer ??= setTimeout(tell, 0)
    })
    return () => {
      off()
      clearTimeout(timer)
    }
  }, [room])
  return (
    <p class="hidden-visually" role="status">
      {text}
    </p>
  )
}

function summaryOf(messages: readonly Message[]): string {
  const [message] = messages
  if (message && messages.length === 1)
    return `${message.author.displayName}: ${message.text ?? ''}`
  return `${messages.length} new messages`
}
