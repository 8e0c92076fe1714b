import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { madeUpConversation } from '../../scripts/demo-conversation.ts'
import { Tally } from '../../scripts/demo-tally.ts'
import { readIrcLog } from '../src/import/irc-log.ts'
import { runCommand } from './command.ts'

// The demo starts a whole server, on a machine that may be busy.
vi.setConfig({ testTimeout: 90_000 })

const file = fileURLToPath(new URL('../../scripts/demo.ts', import.meta.url))

describe('npm run demo', () => {
  it('lets everyone of a log talk, and finds every message with every one of them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-demo-test-'))
    try {
      const log = join(folder, '2006-03-05.txt')
      await writeFile(log, '[12:00] <Ben> hi\n[12:00]  * cleo waves\n[12:01] <BEN> hi cleo\n')
      const settings = { TMPDIR: folder }
      const { code, output } = await runCommand([log], { settings, file })
      expect({ code, output }).toMatchObject({ code: 0 })
      expect(output.replaceAll(/\d\d:\d\d:\d\d /g, '').split('\n')).toEqual(
        expect.arrayContaining([
          '<Ben> hi',
          '* cleo waves',
          '<Ben> hi cleo',
          '  stored     3 of 3',
          '  delivered  6 of 6',
          'nothing lost, nothing doubled',
        ]),
      )
      const left = await readdir(folder)
      expect(left.filter((name) => name.startsWith('parley-'))).toEqual([])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('says in one sentence what it cannot do', async () => {
    const { code, output } = await runCommand(['2006-03-05.txt'], { file })
    expect({ code, output }).toEqual({
      code: 1,
      output: 'unable to read 2006-03-05.txt; there is no such file, or it is not readable\n',
    })
  })
})

describe('a made-up conversation', () => {
  const talk = (seed: number) => readIrcLog('2026-01-01', Buffer.from(madeUpConversation(seed)))

  it('is the same for the same seed, and another for another', () => {
    expect(talk(7)).toEqual(talk(7))
    expect(talk(8)).not.toEqual(talk(7))
  })

  it('is a log like a real one: messages, actions, arrivals, nothing that is left out', () => {
    const { entries, blank, other, broken } = talk(7)
    expect({ blank, other, broken }).toEqual({ blank: 0, other: 0, broken: 0 })
    const kinds = entries.map((entry) => (entry.kind === 'message' ? entry.style : entry.kind))
    expect(new Set(kinds)).toEqual(new Set(['joined', 'text', 'action']))
    expect(kinds.filter((kind) => kind !== 'joined')).toHaveLength(400)
  })
})

describe('the tally of the demo', () => {
  const [one, two] = [
    { clientId: 'a', seq: 5 },
    { clientId: 'b', seq: 6 },
  ]

  /** Both messages, acknowledged, as two receivers heard them. */
  function tallyOf(first: { clientId: string; seq: number }[], second = [one, two]): Tally {
    const tally = new Tally()
    const receivers = [tally.receiver(), tally.receiver()]
    for (const message of [one, two]) {
      tally.send(message.clientId)
      tally.acknowledge(message)
    }
    for (const message of first) receivers[0]?.(message)
    for (const message of second) receivers[1]?.(message)
    return tally
  }

  const fine = { lost: 0, doubled: 0, misplaced: 0, unanswered: 0, right: true }
  const elsewhere = { clientId: 'b', seq: 9 }
  const stranger = { clientId: 'c', seq: 7 }

  it.each([
    ['everything in its place', [one, two], [one, two], fine],
    ['one not delivered', [one], [one, two], { ...fine, lost: 1, right: false }],
    ['one not stored', [one, two], [two], { ...fine, lost: 1, right: false }],
    ['one delivered twice', [one, two, one], [one, two], { ...fine, doubled: 1, right: false }],
    ['one stored twice', [one, two], [one, two, two], { ...fine, doubled: 1, right: false }],
    ['one nobody sent', [one, two, stranger], [one, two], { ...fine, doubled: 1, right: false }],
    ['one too early', [two, one], [one, two], { ...fine, misplaced: 1, right: false }],
    ['one elsewhere', [one, two], [one, elsewhere], { ...fine, misplaced: 1, right: false }],
  ])('sees %s', (_, heard, stored, verdict) => {
    expect(tallyOf(heard).verdict(stored)).toEqual({ ...verdict, stored: stored.length })
  })

  it('sees a message without an answer', () => {
    const tally = new Tally()
    tally.send('a')
    expect(tally.verdict([one])).toMatchObject({ unanswered: 1, right: false })
  })
})
