import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Address } from '../load/line.ts'
import type { Child, Children } from './children.ts'
import { freePort } from './free-port.ts'
import { EmbeddedPostgres } from './postgres.ts'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** What differs from a user's first start: limits that one sender would meet, and cheap passwords
 *  for the people a benchmark makes. */
const settings = { LIMIT_SCALE: '100000', BCRYPT_COST: '4', LOG_LEVEL: 'warn' }

export interface NodeOptions {
  /** Settings by their environment names. */
  env?: Record<string, string>
  /** Writes a CPU profile into this folder when it ends. */
  profileInto?: string | undefined
  /** Kept when the run ends; without it everything is in a folder that goes with the run. */
  dataDir?: string | undefined
}

/** Compiles what is stale: what is measured is what a user runs. */
export function buildParley(): void {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('unable to build Parley')
}

/** A built Parley in a data directory of its own, on the loopback interface. */
export class ParleyNode {
  readonly name = 'Parley'
  readonly #children: Children
  readonly #options: NodeOptions
  readonly #dataDir: string
  readonly address: Address
  #child: Child | undefined
  /** From process start to the first ready answer, in milliseconds. */
  startMs = 0

  private constructor(children: Children, options: NodeOptions, dataDir: string, port: number) {
    this.#children = children
    this.#options = options
    this.#dataDir = dataDir
    this.address = { host: '127.0.0.1', port }
  }

  /** Starts it and undoes everything when the run ends. */
  static async start(children: Children, options: NodeOptions = {}): Promise<ParleyNode> {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'parley-bench-')))
    await mkdir(dataDir, { recursive: true })
    const node = new ParleyNode(children, options, dataDir, await freePort())
    children.onStop(() => node.#remove())
    await node.run()
    return node
  }

  get url(): string {
    return `http://${this.address.host}:${this.address.port}`
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get database(): EmbeddedPostgres {
    return new EmbeddedPostgres(this.#dataDir)
  }

  /** What it logged: warnings and errors only. */
  get log(): string {
    return readFileSync(this.#logFile, 'utf8')
  }

  get #logFile(): string {
    return join(this.#dataDir, 'parley.log')
  }

  /** Starts the process on its port; resolves when it is ready. */
  async run(): Promise<void> {
    const { env = {}, profileInto } = this.#options
    const log = openSync(this.#logFile, 'a')
    const started = performance.now()
    const profile = profileInto ? ['--cpu-prof', `--cpu-prof-dir=${profileInto}`] : []
    this.#child = this.#children.start(
      process.execPath,
      [...profile, join(root, 'server/bin/parley.js'), 'serve'],
      {
        cwd: this.#dataDir, // where there is no .env
        env: {
          PATH: process.env['PATH'],
          DATA_DIR: this.#dataDir,
          PORT: String(this.address.port),
          ...settings,
          ...env,
        },
        stdio: ['ignore', log, log],
      },
    )
    closeSync(log)
    await this.#untilReady(this.#child)
    this.startMs = performance.now() - started
    if (this.#ownsDatabase) this.#children.adopt(this.database.pid)
  }

  /** Ends the process as a power cut would. */
  async kill(): Promise<void> {
    this.#child?.process.kill('SIGKILL')
    await this.#child?.exited
  }

  async stop(): Promise<void> {
    const database = this.#ownsDatabase && this.#databaseRuns ? this.database.pid : undefined
    if (this.#child) await this.#children.stop(this.#child)
    this.#child = undefined
    if (database !== undefined) this.#children.release(database)
  }

  get #ownsDatabase(): boolean {
    return this.#options.env?.['DATABASE_URL'] === undefined
  }

  get #databaseRuns(): boolean {
    return existsSync(join(this.#dataDir, 'postgres', 'postmaster.pid'))
  }

  async #untilReady({ process: child }: Child): Promise<void> {
    const giveUp = performance.now() + 60_000
    while (!(await answers(`${this.url}/readyz`))) {
      if (child.exitCode !== null || child.signalCode !== null || performance.now() > giveUp) {
        throw new Error(`unable to start Parley; it wrote:\n${this.log}`)
      }
      await sleep(5)
    }
  }

  async #remove(): Promise<void> {
    await this.stop()
    if (this.#databaseRuns) await this.#stopOrphan(this.database.pid)
    if (this.#options.dataDir === undefined) {
      await rm(this.#dataDir, { recursive: true, force: true })
    }
  }

  /** The database of a server that was killed. */
  async #stopOrphan(pid: number): Promise<void> {
    process.kill(pid, 'SIGINT') // PostgreSQL's fast shutdown
    while (this.#databaseRuns) await sleep(20)
    this.#children.release(pid)
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )
}
