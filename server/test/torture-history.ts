/** A small sound history of a torture run, and what it is made of. */
import type { AnyFrame, LogEntry, Message, Room } from '@parley/client'
import { History } from '../../bench/src/torture/history.ts'
import type { Call, Connection, Work } from '../../bench/src/torture/history.ts'

export const room = 'room'
const at = '2026-11-22T12:00:00.000Z'
const person = (id: string) => ({ id, username: id, displayName: id, avatarUrl: '' })

type Created = Extract<LogEntry, { type: 'message.created' }>

export function message(seq: number, author: string, text: string | null, version = seq): Message {
  return {
    roomId: room,
    seq,
    version,
    author: person(author),
    clientId: `client ${seq}`,
    text,
    style: 'text',
    replyTo: null,
    createdAt: at,
    editedAt: version > seq ? at : null,
    deletedAt: text === null ? at : null,
  }
}

const joined = (seq: number, id: string): LogEntry => ({
  type: 'member.joined',
  room,
  seq,
  at,
  data: {
    user: person(id),
    role: 'member',
    by: 'ann',
    joinedAt: at,
    joinedSeq: seq,
    version: seq,
  },
})
export const created = (seq: number, author: string, text: string): Created => ({
  type: 'message.created',
  room,
  seq,
  at,
  data: message(seq, author, text),
})

/** Ann and Ben join, talk, one message is edited and one deleted, then Ben is removed. */
export const log: readonly LogEntry[] = [
  joined(1, 'ann'),
  joined(2, 'ben'),
  created(3, 'ann', 'one'),
  created(4, 'ann', 'two'),
  { type: 'message.edited', room, seq: 5, at, data: message(3, 'ann', 'one!', 5) },
  created(6, 'ben', 'three'),
  { type: 'message.deleted', room, seq: 7, at, data: { message: 6, by: 'ben' } },
  { type: 'member.left', room, seq: 8, at, data: { userId: 'ben', by: 'ann', reason: 'removed' } },
  created(9, 'ann', 'alone'),
]

export const messages = [
  message(3, 'ann', 'one!', 5),
  message(4, 'ann', 'two'),
  message(6, 'ben', null, 7),
  message(9, 'ann', 'alone'),
]

/** Only what the checker reads of `ready`. */
export function ready(lastSeq: number, userSeq = 1): AnyFrame {
  const rooms = [{ id: room, lastSeq } as Room]
  return { type: 'ready', epoch: 'first', userSeq, rooms } as AnyFrame
}

export const live: AnyFrame = { type: 'live' }
export const entries = (from: number, to: number) => log.slice(from - 1, to)

export function connection(
  id: number,
  by: string,
  cursor: number | null,
  frames: AnyFrame[],
): Connection {
  return {
    id,
    by,
    session: `session of ${by}`,
    node: 0,
    opened: id * 10,
    epoch: null,
    cursors: cursor === null ? {} : { [room]: cursor },
    frames: frames.map((frame, n) => ({ at: id * 10 + n, frame })),
    stalls: [],
    closed: null,
    code: null,
  }
}

/** A call that took one millisecond and went well. */
export function call(begin: number, by: string, work: Work, answer: Partial<Call> = {}): Call {
  return {
    id: begin,
    by,
    session: `session of ${by}`,
    room,
    node: 0,
    connection: null,
    begin,
    end: begin + 1,
    work,
    outcome: 'ok',
    ...answer,
  }
}

export const sent = (
  begin: number,
  by: string,
  seq: number,
  text: string,
  answer: Partial<Call> = {},
) =>
  call(
    begin,
    by,
    { what: 'send', clientId: `client ${seq}`, text, replyTo: null },
    { stored: { seq, version: seq, repeated: false }, ...answer },
  )

/** What a run records when nothing goes wrong; every fault below is one change to it. */
export function sound(): History {
  const history = new History()
  history.rooms.push({ id: room, kind: 'group', history: 'all' })
  history.calls.push(
    sent(20, 'ann', 3, 'one', { connection: 1 }),
    sent(20, 'ann', 4, 'two', { connection: 1 }),
    call(
      30,
      'ann',
      { what: 'edit', seq: 3, text: 'one!' },
      {
        stored: { seq: 3, version: 5, repeated: false },
      },
    ),
    sent(40, 'ben', 6, 'three'),
    call(44, 'ben', { what: 'mark', seq: 6 }, { readSeq: 6 }),
    call(46, 'ben', { what: 'mark', seq: 7 }, { readSeq: 7 }),
    call(
      50,
      'ben',
      { what: 'delete', seq: 6 },
      {
        stored: { seq: 6, version: 7, repeated: false },
      },
    ),
    call(60, 'ann', { what: 'remove', userId: 'ben' }),
    sent(70, 'ann', 9, 'alone'),
    call(
      80,
      'ann',
      { what: 'messages' },
      {
        page: { lastSeq: 9, after: 0, upTo: 9, messages },
      },
    ),
    call(
      90,
      'ann',
      { what: 'log' },
      {
        page: { lastSeq: 9, after: 2, upTo: 9, entries: entries(3, 9) },
      },
    ),
  )
  const gone: AnyFrame = { type: 'room.gone', userSeq: 2, data: { room } }
  history.connections.push(
    connection(1, 'ann', null, [ready(2), live, ...entries(3, 9)]),
    connection(2, 'ben', 3, [ready(5), ...entries(4, 5), live, ...entries(6, 8), gone]),
  )
  history.finals.push({ room, lastSeq: 9, log, messages })
  history.rested = 1000
  return history
}
