import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readIrcLog } from './irc-log.ts'
import type { IrcMessage } from './irc-log.ts'

const day = '2006-03-05.train-c.txt'
const read = (lines: readonly string[], name = day) =>
  readIrcLog(name, Buffer.from(lines.join('\n')))
const messagesOf = (lines: readonly string[], name = day) =>
  read(lines, name).entries.filter((entry): entry is IrcMessage => entry.kind === 'message')
const times = (lines: readonly string[]) => messagesOf(lines).map(({ at }) => at.slice(0, 16))

describe('an IRC log', () => {
  it('holds messages, actions and arrivals, at UTC times of the day its name says', () => {
    const { entries } = read([
      '[12:18] <deep> kopete, woo',
      '=== Duelus [i=Jdav@c-67-166-168-17.hsd1.tx.comcast.net]  has joined #ubuntu',
      '[12:19]  * genii sips a coffee',
    ])
    expect(entries).toMatchObject([
      { nick: 'deep', text: 'kopete, woo', style: 'text', at: '2006-03-05T12:18:00.000Z' },
      { kind: 'joined', nick: 'Duelus', at: '2006-03-05T12:18:00.000Z' },
      { nick: 'genii', text: 'sips a coffee', style: 'action', at: '2006-03-05T12:19:00.000Z' },
    ])
  })

  it('shows actions as notices in older logs: they are told from others by the nick', () => {
    const { entries, other } = read([
      '[12:18] <Matt|> hi',
      '=== Matt| scrolls up',
      '=== Topic for #ubuntu: Official Ubuntu Support Channel',
      '=== mode/#ubuntu [+o Matt|]  by ChanServ',
      '=== Matt| was kicked off #ubuntu by ChanServ (flood)',
      '=== Matt| [n=matt@host]  has left #ubuntu ["Leaving"]',
    ])
    expect(entries.slice(1)).toMatchObject([{ nick: 'Matt|', text: 'scrolls up', style: 'action' }])
    expect(other).toBe(4)
  })

  it('knows whom a rename names, but makes nobody of it', () => {
    const { entries } = read([
      '=== carla is now known as carla|away',
      '=== carla|away sighs',
      '[12:18] <ben> hi',
    ])
    expect(entries.map(({ nick }) => nick)).toEqual(['carla|away', 'ben'])
  })

  it('takes the blank out of nicks that loggers put behind a bracket', () => {
    const lines = ['[12:18] <bur[n] er> hi', '=== [A] ndy80 [n=w@host]  has joined #ubuntu']
    expect(read(lines).entries.map(({ nick }) => nick)).toEqual(['bur[n]er', '[A]ndy80'])
  })

  it('goes on to the next day where the time goes back, as often as it does', () => {
    const lines = ['[23:59] <a> x', '[00:00] <a> x', '[23:00] <a> x', '[09:00] <a> x']
    expect(times(lines)).toEqual([
      '2006-03-05T23:59',
      '2006-03-06T00:00',
      '2006-03-06T23:00',
      '2006-03-07T09:00',
    ])
  })

  it.each([
    ['11:59', '00:00', '2006-03-05T12:00'],
    ['12:59', '01:00', '2006-03-05T13:00'],
  ])('goes on by half a day from %s to %s where no line is past 12:59', (before, after, then) => {
    expect(times([`[${before}] <a> x`, `[${after}] <a> x`])[1]).toBe(then)
    expect(times(['[13:00] <a> x', `[${before}] <a> x`, `[${after}] <a> x`])[2]).toBe(
      `2006-03-07T${after}`,
    )
  })

  it('keeps what is left of broken bytes, and drops formatting and control characters', () => {
    const bytes = Buffer.from(
      '[12:18] <a> caf\xe9 \x0304,12red\x03 \x02bold\x02 a\0b\r\n',
      'latin1',
    )
    const { entries, broken } = readIrcLog(day, bytes)
    expect(entries).toMatchObject([{ text: 'caf\ufffd red bold ab' }])
    expect(broken).toBe(1)
  })

  it('counts what it leaves out: blank texts, and lines that are nothing known', () => {
    const { entries, blank, other } = read([
      '[12:18] <a>',
      '[12:18] <a> \x02 \x02',
      '[25:00] <a> no such time',
      '[12:18] <> nobody',
      'what is this',
      '',
    ])
    expect({ entries, blank, other }).toEqual({ entries: [], blank: 2, other: 3 })
  })

  it('splits a text longer than a message can be, without cutting a character', () => {
    const text = '🦜'.repeat(16_001)
    const messages = messagesOf([`[12:18] <a> ${text}`])
    expect(messages.map((message) => Array.from(message.text).length)).toEqual([8000, 8000, 1])
    expect(messages.map((message) => message.text).join('')).toBe(text)
    expect(new Set(messages.map(({ clientId }) => clientId)).size).toBe(3)
  })

  it('P3 gives a line the same clientId again, also once the log has grown, and no other line', () => {
    const lines = ['[12:18] <a> hi', '[12:18] <a> hi', '[12:18] <b> hi']
    const ids = messagesOf(lines).map(({ clientId }) => clientId)
    expect(new Set(ids).size).toBe(3)
    expect(messagesOf([...lines, '[12:20] <a> more']).map(({ clientId }) => clientId)).toEqual([
      ...ids,
      expect.any(String),
    ])
    const elsewhere = messagesOf(lines, '2006-03-06.txt').map(({ clientId }) => clientId)
    expect(elsewhere.filter((id) => ids.includes(id))).toEqual([])
    expect(ids[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  })

  it.each(['ubuntu.txt', '2006-13-01.txt', '2023-02-30.txt'])(
    'is refused under the name %s, which holds no date',
    (name) => {
      expect(() => read([], name)).toThrow(`unable to read ${name}; the name must hold`)
    },
  )

  it('survives any bytes: what comes out can be stored', () => {
    const line = fc.oneof(
      fc.uint8Array().map((array) => Buffer.from(array).toString('utf16le')),
      fc.string().map((text) => `[12:18] <${text.slice(0, 9)}> ${text}`),
      fc.string().map((text) => `=== ${text}`),
    )
    const bytes = fc.oneof(
      fc.uint8Array().map((array) => Buffer.from(array)),
      fc.array(line).map((lines) => Buffer.from(lines.join('\n'))),
    )
    fc.assert(
      fc.property(bytes, (given) => {
        for (const entry of readIrcLog(day, given).entries) {
          expect(entry.nick).toMatch(/^[^\s\0]+$/)
          const text = entry.kind === 'message' ? entry.text : 'nothing'
          expect(text).toMatch(/^[^\0]*\S[^\0]*$/)
        }
      }),
    )
  })
})
