import type { AnyFrame, LogEntry, Message } from '@parley/client'

export function isEntry(frame: AnyFrame): frame is LogEntry {
  return 'seq' in frame && 'at' in frame
}

/** What no two readings of this entry may differ in (P2): type, subject, actor and time. */
export function identityOf(entry: LogEntry): string {
  const { type, room, seq, at } = entry
  return JSON.stringify([room, seq, type, at, subjectOf(entry)])
}

function subjectOf(entry: LogEntry): unknown[] {
  switch (entry.type) {
    case 'message.created':
      return [entry.data.seq, entry.data.author.id, entry.data.clientId, entry.data.replyTo]
    case 'message.edited':
      return [entry.data.seq, entry.data.author.id, entry.data.clientId]
    case 'message.deleted':
      return [entry.data.message, entry.data.by]
    case 'member.joined':
    case 'member.updated':
      return [entry.data.user.id, entry.data.by, entry.data.role]
    case 'member.left':
      return [entry.data.userId, entry.data.by, entry.data.reason]
    case 'room.updated':
      return [entry.data.id, entry.data.by, entry.data.changed]
  }
}

/** The message an entry shows whole, if it does. */
export function messageOf(entry: LogEntry): Message | undefined {
  const whole = entry.type === 'message.created' || entry.type === 'message.edited'
  return whole ? entry.data : undefined
}

/** The message an entry is about, if it is about one. */
export function subjectSeqOf(entry: LogEntry): number | undefined {
  return entry.type === 'message.deleted' ? entry.data.message : messageOf(entry)?.seq
}

/** What no two readings of one version may differ in. */
export function contentOf({ text, editedAt, deletedAt, createdAt, author, clientId }: Message) {
  return JSON.stringify([text, editedAt, deletedAt, createdAt, author.id, clientId])
}

/** An edit of a message from before the reader's time, which shows no text (L6). */
export function isVeiled({ type, data }: LogEntry): boolean {
  return type === 'message.edited' && data.text === null && data.deletedAt === null
}
