/** What the tests of the embedded PostgreSQL share: folders, a process to kill, questions to the database. */
import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { findPostmaster } from '../../src/infra/db-embedded-pidfile.ts'
import { startEmbeddedPostgres } from '../../src/infra/db-embedded.ts'

type Options = Parameters<typeof startEmbeddedPostgres>[0]

/** Tests need not survive a power cut. */
const settings = { fsync: 'off', full_page_writes: 'off', shared_buffers: '16MB' }
const script = fileURLToPath(new URL('embedded-process.ts', import.meta.url))

export const asRoot = process.platform === 'linux' && process.getuid?.() === 0

/** A folder that goes away with the test: `open` to every user, or closed like a home. */
export async function tempFolder(access: 'open' | 'closed' = 'open'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-embedded-'))
  await chmod(folder, access === 'open' ? 0o755 : 0o700)
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/**
 * Call it beside the tests: each gets a folder of its own into which one made data directory is moved, and out again,
 * because making or copying one costs more than most tests do.
 */
export function useDataFolders(): (below?: string) => Promise<string> {
  let made = ''
  beforeAll(async () => {
    made = await mkdtemp(join(tmpdir(), 'parley-embedded-'))
    const server = await startEmbeddedPostgres({ dataDir: made, log: () => {}, settings })
    await server.stop()
  })
  afterAll(() => rm(made, { recursive: true, force: true }))
  return async (below = '') => {
    const folder = join(await tempFolder(), below)
    await mkdir(folder, { recursive: true })
    const [home, there] = [join(made, 'postgres'), join(folder, 'postgres')]
    await rename(home, there)
    onTestFinished(async () => {
      const left = await findPostmaster(there)
      if (left !== null) process.kill(left.pid, 'SIGKILL')
      await rename(there, home)
    })
    return folder
  }
}

/** Started in this process, stopped with the test at the latest. */
export async function startHere(dataDir: string, options: Partial<Options> = {}) {
  const server = await startEmbeddedPostgres({ dataDir, log: () => {}, settings, ...options })
  onTestFinished(() => server.stop())
  return server
}

/** Started in a process of its own; `prefix` is what runs node, if not we directly. */
export async function startElsewhere(
  dataDir: string,
  options: Partial<Options> = {},
  prefix: string[] = [],
) {
  const args = ['--import', import.meta.resolve('tsx'), script]
  const all = [
    ...prefix,
    process.execPath,
    ...args,
    JSON.stringify({ dataDir, settings, ...options }),
  ]
  const [file = '', ...rest] = all
  const child = spawn(file, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const [first] = await Promise.race([
    once(createInterface(child.stdout)),
    ended.then(() => ['{"error":"it ended without a word"}']),
  ])
  const { url = '', error = null }: { url?: string; error?: string | null } = JSON.parse(
    first ?? '',
  )
  return {
    url,
    error,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async say(line: 'stop' | 'exit') {
      child.stdin.write(`${line}\n`)
      await ended
    },
  }
}

async function once(lines: NodeJS.EventEmitter): Promise<string[]> {
  return new Promise((resolve) => lines.once('line', (line: string) => resolve([line])))
}

/** The first column of the first row. */
export async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {}) // the query rejects too
  await client.connect()
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' })
    return rows[0]?.[0]
  } finally {
    await client.end()
  }
}

export async function postmasterPid(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10)
}

export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await sleep(10)
}
