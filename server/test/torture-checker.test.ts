/** The checker of the torture run is tried itself: each fault put into a sound history is found. */
import { describe, expect, it } from 'vitest'
import type { AnyFrame, LogEntry } from '@parley/client'
import { checkHistory } from '../../bench/src/torture/checker/check.ts'
import type { Connection, History } from '../../bench/src/torture/history.ts'
import * as sample from './torture-history.ts'

const { call, connection, created, entries, live, log, message, messages, ready, room } = sample
const { sent, sound } = sample

/** The first of its kind; a test that changes nothing must not pass. */
function first<T>(items: readonly T[], fits: (item: T) => boolean): T {
  const found = items.find(fits)
  if (found === undefined) throw new Error('the sound history has no such record')
  return found
}

const ofAnn = (history: History) => first(history.connections, ({ by }) => by === 'ann')
const ofBen = (history: History) => first(history.connections, ({ by }) => by === 'ben')
const pushed = ({ frames }: Connection, seq: number) =>
  frames.findIndex(({ frame }) => 'seq' in frame && frame.seq === seq)
const send = (history: History, seq: number) =>
  first(history.calls, ({ work, stored }) => work.what === 'send' && stored?.seq === seq)
const read = (history: History, what: 'messages' | 'log') =>
  first(history.calls, ({ work }) => work.what === what)

/** Replaces the final log, in which later entries keep their places. */
function rewrite(history: History, change: (log: LogEntry[]) => LogEntry[]): void {
  const changed = change(structuredClone([...log]))
  history.finals[0] = { room, lastSeq: changed.at(-1)?.seq ?? 0, log: changed, messages }
}

/** What is wrong, the invariants that must say so, and the change that makes it so. */
const faults: readonly [string, number[], (history: History) => void][] = [
  [
    'an acknowledged message that is not stored',
    [1],
    (history) => {
      history.calls.push(sent(75, 'ann', 10, 'gone'))
    },
  ],
  [
    'an acknowledgement with the seq of another message',
    [1],
    (history) => {
      Object.assign(send(history, 6), { stored: { seq: 4, version: 4, repeated: false } })
    },
  ],
  [
    'an acknowledged edit that left no entry',
    [1],
    (history) => {
      const edit = first(history.calls, ({ work }) => work.what === 'edit')
      Object.assign(edit, { stored: { seq: 3, version: 8, repeated: false } })
    },
  ],
  [
    'a message stored twice',
    [2],
    (history) => {
      rewrite(history, (log) => [
        ...log,
        {
          ...created(10, 'ann', 'alone'),
          data: { ...message(10, 'ann', 'alone'), clientId: 'client 9' },
        },
      ])
    },
  ],
  [
    'a repeat that was answered with another seq',
    [2],
    (history) => {
      const original = send(history, 9)
      history.calls.push({ ...original, begin: 95, stored: { seq: 4, version: 4, repeated: true } })
    },
  ],
  [
    'a hole in the final log',
    [3],
    (history) => {
      rewrite(history, (log) => log.filter(({ seq }) => seq !== 4))
    },
  ],
  [
    'a message in the log that the list of messages lacks',
    [3],
    (history) => {
      history.finals[0] = { room, lastSeq: 9, log, messages: messages.slice(1) }
    },
  ],
  [
    'another author at the same place',
    [4],
    (history) => {
      const { frames } = ofAnn(history)
      frames[pushed(ofAnn(history), 6)] = { at: 16, frame: created(6, 'ann', 'three') }
    },
  ],
  [
    'changed content under the same version',
    [4],
    (history) => {
      const { page } = read(history, 'messages')
      if (page) page.messages = [message(3, 'ann', 'one?', 5), ...messages.slice(1)]
    },
  ],
  [
    'a refused message that appears',
    [5],
    (history) => {
      Object.assign(send(history, 9), { outcome: 'forbidden', stored: undefined })
    },
  ],
  [
    'a message nobody sent',
    [5],
    (history) => {
      history.calls.splice(history.calls.indexOf(send(history, 9)), 1)
    },
  ],
  [
    'swapped pushes',
    [6],
    (history) => {
      const { frames } = ofAnn(history)
      const index = pushed(ofAnn(history), 3)
      frames.splice(index, 2, ...frames.slice(index, index + 2).toReversed())
    },
  ],
  [
    'a push that came twice',
    [6],
    (history) => {
      const { frames } = ofAnn(history)
      const index = pushed(ofAnn(history), 6)
      frames.splice(index, 0, ...frames.slice(index, index + 1))
    },
  ],
  [
    'a hole between two pushes',
    [6],
    (history) => {
      const { frames } = ofAnn(history)
      frames.splice(pushed(ofAnn(history), 6), 1)
    },
  ],
  [
    'a resume that does not go on after its cursor',
    [6],
    (history) => {
      const { frames } = ofBen(history)
      frames.splice(pushed(ofBen(history), 4), 1)
    },
  ],
  [
    'pipelined sends that changed places',
    [7],
    (history) => {
      // The order in which they left is the order of the records.
      const index = history.calls.indexOf(send(history, 3))
      history.calls.splice(index, 2, ...history.calls.slice(index, index + 2).toReversed())
    },
  ],
  [
    "a read that lacks the reader's own acknowledged message",
    [8],
    (history) => {
      const { page } = read(history, 'messages')
      if (page) Object.assign(page, { lastSeq: 8, upTo: 8, messages: messages.slice(0, 3) })
    },
  ],
  [
    'a read that shows a message as it was before an acknowledged edit',
    [8],
    (history) => {
      const { page } = read(history, 'messages')
      if (page) page.messages = [message(3, 'ann', 'one'), ...messages.slice(1)]
    },
  ],
  [
    'a read marker that goes back',
    [9],
    (history) => {
      const marks = history.calls.filter(({ work }) => work.what === 'mark')
      Object.assign(marks[1] ?? {}, { readSeq: 5 })
    },
  ],
  [
    "a read that lacks another's acknowledged message",
    [10],
    (history) => {
      const { page } = read(history, 'messages')
      if (page) page.messages = messages.filter(({ seq }) => seq !== 6)
    },
  ],
  [
    'a hole in a page of the log',
    [10],
    (history) => {
      const { page } = read(history, 'log')
      if (page) page.entries = entries(3, 9).filter(({ seq }) => seq !== 5)
    },
  ],
  [
    'a push that comes a minute late',
    [10],
    (history) => {
      const { frames } = ofAnn(history)
      const last = frames.at(-1)
      if (last) last.at += 60_000
    },
  ],
  [
    'a connection that was told it is live before its replay was whole',
    [11],
    (history) => {
      const { frames } = ofBen(history)
      const index = frames.findIndex(({ frame }) => frame.type === 'live')
      frames.splice(index - 1, 2, ...frames.slice(index - 1, index + 1).toReversed())
    },
  ],
  [
    'a connection that lacks the end of the log',
    [11],
    (history) => {
      ofAnn(history).frames.pop()
    },
  ],
  [
    'an entry pushed to who was no member any more',
    [6, 12],
    (history) => {
      ofBen(history).frames.push({ at: 90, frame: created(9, 'ann', 'alone') })
    },
  ],
  [
    'a log read by who was never a member',
    [12],
    (history) => {
      const page = { lastSeq: 9, after: 8, upTo: 9, entries: entries(9, 9) }
      history.calls.push(call(95, 'cleo', { what: 'log' }, { page }))
    },
  ],
  [
    'a message by who was removed before',
    [12],
    (history) => {
      rewrite(history, (log) => [...log, created(10, 'ben', 'still here')])
      history.calls.push(sent(95, 'ben', 10, 'still here'))
    },
  ],
  [
    'a call that succeeds in a session that ended',
    [12],
    (history) => {
      history.calls.push(
        call(96, 'ben', { what: 'logout' }, { room: '' }),
        call(60_000, 'ben', { what: 'mark', seq: 8 }, { readSeq: 8 }),
      )
    },
  ],
  [
    'a frame in a session that ended',
    [12],
    (history) => {
      history.calls.push(call(96, 'ben', { what: 'logout' }, { room: '' }))
      ofBen(history).frames.push({ at: 60_000, frame: live })
    },
  ],
]

const broken = (history: History) => [
  ...new Set(checkHistory(history).violations.map(({ invariant }) => invariant)),
]

describe('the checker of the torture run', () => {
  it('finds nothing in a sound history', () => {
    expect(checkHistory(sound()).violations).toEqual([])
  })

  it('finds nothing where a lost answer hides a message that was stored', () => {
    const history = sound()
    Object.assign(send(history, 9), { outcome: 'lost', stored: undefined })
    expect(checkHistory(history).violations).toEqual([])
  })

  it('finds nothing where a reset jumps over what was missed', () => {
    const history = sound()
    const reset: AnyFrame = { type: 'reset', room, lastSeq: 5 }
    const frames = [ready(5), reset, live, ...entries(6, 8)]
    history.connections.push(connection(3, 'ben', 1, frames))
    expect(checkHistory(history).violations).toEqual([])
  })

  it.each(faults)('finds %s (invariant %j)', (_, expected, change) => {
    const history = sound()
    change(history)
    expect(broken(history)).toEqual(expect.arrayContaining(expected))
  })
})
