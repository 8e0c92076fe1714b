import type { Message, Room } from '@parley/client'
import { plainText } from '../markdown/markdown.ts'

/** How a room is called: a direct room by the other person's name. */
export function roomName({ name, peer }: Pick<Room, 'name' | 'peer'>): string {
  return name ?? peer?.displayName ?? 'Deleted account'
}

/** One line of the last message, for lists. */
export function preview(
  { text, style, author }: Message,
  kind: Room['kind'],
  myId?: string,
): string {
  const line = text === null ? 'Message deleted' : plainText(text.slice(0, 300))
  const name = `\u2068${author.displayName}\u2069` // the text says where the line runs, not the name
  if (style === 'action') return `${name} ${line}`
  if (author.id === myId) return `You: ${line}`
  return kind === 'direct' ? line : `${name}: ${line}`
}
