import type { RoomMessage } from '@parley/client'
import { dayOf } from '../rooms/time.ts'
import { isAlike } from './room-news.ts'
import type { RoomNews } from './room-news.ts'

/** One line of a conversation. `key` stays the same while a message is sent, stored and edited. */
export type Row =
  | { kind: 'day'; key: string; time: Date }
  /** What came since one was here last begins below. */
  | { kind: 'newLine'; key: string }
  /** `opens`: the first of several by the same author, shown with her name. */
  | { kind: 'message'; key: string; message: RoomMessage; opens: boolean }
  /** Messages of somebody one blocks. */
  | { kind: 'folded'; key: string; count: number; seqs: readonly number[] }
  /** Somebody came or went, or the room was changed; several of the same in one line. */
  | { kind: 'news'; key: string; entries: RoomNews[] }

interface TimelineInput {
  messages: readonly RoomMessage[]
  news: readonly RoomNews[]
  /** The last message that had been read before. */
  newAfter: number | undefined
  myId: string | undefined
  blocks: ReadonlySet<string>
  /** Messages of blocked people that are shown all the same. */
  unfolded: ReadonlySet<number>
}

/** Within this time messages of one author stand together, in milliseconds. */
const togetherMs = 5 * 60_000

/** The lines of a conversation, from what is loaded of it. */
export function timelineOf(input: TimelineInput): Row[] {
  const rows: Row[] = []
  let day: number | undefined
  let lineDrawn = input.newAfter === undefined
  for (const entry of merged(input.messages, input.news)) {
    const at = 'entry' in entry ? entry.entry.at : entry.message.createdAt
    const time = new Date(at)
    if (day !== dayOf(time)) {
      day = dayOf(time)
      rows.push({ kind: 'day', key: `day-${day}`, time })
    }
    if ('entry' in entry) {
      addNews(rows, entry.entry)
      continue
    }
    if (!lineDrawn && isNews(entry.message, input)) {
      lineDrawn = true
      rows.push({ kind: 'newLine', key: 'new-line' })
    }
    addMessage(rows, entry.message, input)
  }
  return rows
}

function addNews(rows: Row[], entry: RoomNews): void {
  const last = rows.at(-1)
  const before = last?.kind === 'news' ? last.entries.at(-1) : undefined
  if (last?.kind === 'news' && before && isAlike(before, entry)) last.entries.push(entry)
  else rows.push({ kind: 'news', key: `news-${entry.seq}`, entries: [entry] })
}

type Entry = { message: RoomMessage } | { entry: RoomNews }

/** Both by ascending seq; what is on its way comes last. */
function* merged(messages: readonly RoomMessage[], news: readonly RoomNews[]): Generator<Entry> {
  let next = 0
  for (const message of messages) {
    const { seq = Infinity } = message
    for (let entry = news[next]; entry && entry.seq < seq; entry = news[++next]) yield { entry }
    yield { message }
  }
  for (const entry of news.slice(next)) yield { entry }
}

function isNews(
  { seq, author }: RoomMessage,
  { newAfter = 0, myId, blocks }: TimelineInput,
): boolean {
  return seq !== undefined && seq > newAfter && author.id !== myId && !blocks.has(author.id)
}

function addMessage(rows: Row[], message: RoomMessage, { blocks, unfolded }: TimelineInput): void {
  const { author, clientId, seq } = message
  const last = rows.at(-1)
  if (seq !== undefined && blocks.has(author.id) && !unfolded.has(seq)) {
    if (last?.kind === 'folded') {
      rows[rows.length - 1] = { ...last, count: last.count + 1, seqs: [...last.seqs, seq] }
    } else rows.push({ kind: 'folded', key: `folded-${seq}`, count: 1, seqs: [seq] })
    return
  }
  const key = `${author.id}/${clientId}`
  rows.push({ kind: 'message', key, message, opens: !continues(last, message) })
}

function continues(last: Row | undefined, message: RoomMessage): boolean {
  if (last?.kind !== 'message' || message.replyTo !== null) return false
  const before = last.message
  if (before.author.id !== message.author.id) return false
  if (before.style === 'action' || message.style === 'action') return false
  return Date.parse(message.createdAt) - Date.parse(before.createdAt) < togetherMs
}
