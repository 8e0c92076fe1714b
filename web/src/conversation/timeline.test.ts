import type { RoomMessage } from '@parley/client'
import { describe, expect, it } from 'vitest'
import type { RoomNews } from './room-news.ts'
import { firstGap } from './room-news.ts'
import { timelineOf } from './timeline.ts'

const noon = new Date(2026, 10, 22, 12).getTime()
const minute = 60_000

function person(id: string) {
  return { id, username: id, displayName: id, avatarUrl: `/v1/avatars/${id}` }
}

function message(
  seq: number,
  author: string,
  at: number,
  more: Partial<RoomMessage> = {},
): RoomMessage {
  const createdAt = new Date(noon + at).toISOString()
  const whole = {
    state: 'sent',
    roomId: 'room',
    seq,
    version: seq,
    clientId: `client-${seq}`,
    author: person(author),
    text: `text ${seq}`,
    style: 'text',
    replyTo: null,
    createdAt,
    editedAt: null,
    deletedAt: null,
    ...more,
  }
  return whole as RoomMessage // `more` leaves it whole
}

function joined(seq: number, who: string, by = who): RoomNews {
  const at = new Date(noon).toISOString()
  const data = {
    user: person(who),
    role: 'member',
    joinedAt: at,
    joinedSeq: seq,
    version: seq,
    by,
  } as const
  return { type: 'member.joined', room: 'room', seq, at, data }
}

/** The rows in short: messages by seq, `+` where one opens a group. */
function shortly(input: Partial<Parameters<typeof timelineOf>[0]>): string[] {
  const nobody = { blocks: new Set<string>(), unfolded: new Set<number>() }
  const whole = { messages: [], news: [], newAfter: undefined, myId: 'me', ...nobody, ...input }
  return timelineOf(whole).map((row) => {
    if (row.kind === 'message') return `${row.opens ? '+' : ''}${row.message.seq ?? 'pending'}`
    if (row.kind === 'folded') return `folded ${row.seqs.join()}`
    return row.kind === 'news' ? `news ${row.entries.map(({ seq }) => seq).join()}` : row.kind
  })
}

describe('the lines of a conversation', () => {
  it('put messages of one author within minutes together, and each day under its name', () => {
    const messages = [
      message(1, 'ada', 0),
      message(2, 'ada', minute),
      message(3, 'ben', 2 * minute),
      message(4, 'ben', 9 * minute),
      message(5, 'ben', 10 * minute, { replyTo: 1 }),
      message(6, 'ben', 24 * 60 * minute),
    ]
    expect(shortly({ messages })).toEqual(['day', '+1', '2', '+3', '+4', '+5', 'day', '+6'])
  })

  it('draw one line before the first message of others that is new', () => {
    const messages = [
      message(1, 'ada', 0),
      message(2, 'me', 0),
      message(3, 'ada', 0),
      message(4, 'ada', 0),
    ]
    expect(shortly({ messages, newAfter: 1 })).toEqual(['day', '+1', '+2', 'newLine', '+3', '4'])
    expect(shortly({ messages, newAfter: 4 })).toEqual(['day', '+1', '+2', '+3', '4'])
  })

  it('fold messages of blocked people, which are no news, until one asks for them', () => {
    const messages = [
      message(1, 'ada', 0),
      message(2, 'bad', 0),
      message(3, 'bad', 0),
      message(4, 'ada', 0),
    ]
    const blocks = new Set(['bad'])
    expect(shortly({ messages, blocks, newAfter: 1 })).toEqual([
      'day',
      '+1',
      'folded 2,3',
      'newLine',
      '+4',
    ])
    expect(shortly({ messages, blocks, unfolded: new Set([2]) })).toEqual([
      'day',
      '+1',
      '+2',
      'folded 3',
      '+4',
    ])
  })

  it('tell between the messages who came, several in one line, and what is on its way last', () => {
    const pending = message(0, 'me', minute, { state: 'pending', seq: undefined })
    const messages = [message(1, 'ada', 0), message(5, 'ada', 0), pending]
    const news = [joined(2, 'ben'), joined(3, 'cleo'), joined(4, 'dan', 'ada'), joined(6, 'eve')]
    expect(shortly({ messages, news })).toEqual([
      'day',
      '+1',
      'news 2,3',
      'news 4',
      '+5',
      'news 6',
      '+pending',
    ])
    expect(shortly({ messages: [message(9, 'ada', 0)], news })).toEqual([
      'day',
      'news 2,3',
      'news 4',
      'news 6',
      '+9',
    ])
    expect(shortly({ news })).toEqual(['day', 'news 2,3', 'news 4', 'news 6'])
    expect(shortly({})).toEqual([])
  })
})

describe('what is missing between messages', () => {
  it('is asked for from the first gap on, at most two hundred entries at once', () => {
    expect(firstGap([1, 2, 3], new Set())).toBeUndefined()
    expect(firstGap([1, 2, 5, 9], new Set())).toEqual({ from: 3, to: 8 })
    expect(firstGap([1, 2, 5, 9], new Set([3, 4, 6]))).toEqual({ from: 7, to: 8 })
    expect(firstGap([1, 1000], new Set())).toEqual({ from: 2, to: 201 })
    expect(firstGap([], new Set())).toBeUndefined()
  })
})
