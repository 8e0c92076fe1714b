import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runCommand, startCommand } from '../../test/command.ts'
import { createTestDatabase } from '../../test/database.ts'
import type { TestDatabase } from '../../test/database.ts'

// Each test starts whole processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })

let folder: string
let database: TestDatabase
let settings: Record<string, string>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-import-'))
  database = await createTestDatabase()
  settings = { DATABASE_URL: database.url, DATA_DIR: folder }
})

afterEach(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

async function log(day: number, lines: readonly string[]): Promise<string> {
  const path = join(folder, `2006-03-${String(day).padStart(2, '0')}.txt`)
  await writeFile(path, lines.join('\n'))
  return path
}

describe('parley import irc', () => {
  it('says what was imported and what was left out', async () => {
    const lines = ['[12:00] <Ben> hi', '[12:01] <Cleo>', '[12:02] <Ben> caf\ufffd', 'nonsense']
    const files = [await log(5, lines), await log(6, ['[12:00] <Ben> hi again'])]
    const { code, output } = await runCommand(['import', 'irc', ...files, '--channel', '#Old'], {
      settings,
    })
    expect({ code, lines: output.trim().split('\n') }).toEqual({
      code: 0,
      lines: [
        expect.stringMatching(
          /^imported 2 files into #old: 3 messages stored, 0 there before, by 1 person, in [\d.]+ s \([\d,]+ messages\/s\)$/,
        ),
        'left out 1 message without a visible character',
        expect.stringMatching(/^left out 1 other line/),
      ],
    })
  })

  it.each([
    [['2006-03-07.txt'], 'unable to read 2006-03-07.txt; there is no such file'],
    [['chat.txt'], 'unable to read chat.txt; the name must hold'],
    [
      ['2006-03-07.txt', '--channel', ' '],
      "error: option '--channel <name>' argument ' ' is invalid",
    ],
    [[], "error: missing required argument 'files'"],
  ])('answers what is wrong in %j with one sentence and exit code 1', async (args, sentence) => {
    const { code, output } = await runCommand(['import', 'irc', ...args], { settings })
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(sentence) })
    expect(output.trim().split('\n')).toHaveLength(1)
  })

  it('P3 completes, without doubling anything, what a kill -9 cut short', async () => {
    const said = (day: number) =>
      Array.from({ length: 1500 }, (_, n) => `[12:00] <nick${(n * day) % 89}> day ${day} line ${n}`)
    const files: string[] = []
    for (let day = 1; day <= 12; day++) files.push(await log(day, said(day)))
    const args = ['import', 'irc', ...files]
    const client = new Client({ connectionString: database.url })
    await client.connect()
    const count = async (): Promise<number> => {
      const { rows } = await client.query<{ count: string }>('select count(*) from messages')
      return Number(rows[0]?.count)
    }
    try {
      const cut = startCommand(args, { settings })
      await vi.waitUntil(async () => (await count()) > 2000, { timeout: 30_000, interval: 5 })
      cut.kill('SIGKILL')
      expect(await cut.ended).toBe('SIGKILL')
      const before = await count()
      expect(before).toBeLessThan(18_000)
      const { code, output } = await runCommand(args, { settings })
      expect({ code, output }).toMatchObject({ code: 0 })
      const [stored, repeated] = [18_000 - before, before].map((n) => n.toLocaleString('en'))
      expect(output).toContain(`${stored} messages stored, ${repeated} there before`)
      const { rows } = await client.query<{ text: string }>(
        'select text from messages order by seq',
      )
      const texts = files.flatMap((_, n) => said(n + 1).map((line) => line.split('> ')[1]))
      expect(rows.map(({ text }) => text)).toEqual(texts)
    } finally {
      await client.end()
    }
  })
})
