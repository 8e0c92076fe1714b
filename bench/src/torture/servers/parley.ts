/** The built server's nodes, as processes that can be killed, asked to stop, paused and woken. */
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Child, Children } from '../../rig/children.ts'
import { freePort } from '../../rig/free-port.ts'
import { childrenOf, signal } from './processes.ts'

/** For a start, and for starts that are tried again. */
const patienceMs = 60_000

interface ParleyDeps {
  children: Children
  /** The file that starts Parley. */
  program: string
  /** Where the logs go. */
  folder: string
  databaseUrl: string
}

export interface ParleyOptions {
  redisUrl: string
  /** WORKERS. */
  workers: number
}

export class Parley {
  readonly name: string
  readonly url: string
  readonly #deps: ParleyDeps
  readonly #options: ParleyOptions
  readonly #port: number
  #child: Child | undefined

  private constructor(deps: ParleyDeps, number: number, options: ParleyOptions, port: number) {
    this.#deps = deps
    this.#options = options
    this.name = `node ${number}`
    this.#port = port
    this.url = `http://127.0.0.1:${port}`
  }

  /** These nodes, on one database, which is migrated before. Rejects with the log of the first that
   *  does not start. */
  static async startAll(deps: ParleyDeps, options: readonly ParleyOptions[]): Promise<Parley[]> {
    const nodes: Parley[] = []
    for (const [number, one] of options.entries()) {
      nodes.push(new Parley(deps, number, one, await freePort()))
    }
    for (const first of nodes.slice(0, 1)) await first.#migrate()
    for (const node of nodes) deps.children.onStop(async () => void (await node.stop()))
    await Promise.all(nodes.map((node) => node.#start()))
    return nodes
  }

  get logFile(): string {
    return join(this.#deps.folder, `${this.name.replace(' ', '-')}.log`)
  }

  async #migrate(): Promise<void> {
    const { process: child, exited } = this.#spawn(['migrate', 'up'])
    await exited
    if (child.exitCode !== 0) throw new Error(`unable to migrate: ${this.#log()}`)
  }

  /** Starts it on its port; resolves when it is ready, rejects with its log where it ends before. */
  async #start(): Promise<void> {
    const child = this.#spawn(['serve'])
    this.#child = child
    const giveUp = performance.now() + patienceMs
    while (!(await this.#isReady())) {
      const { exitCode, signalCode } = child.process
      if (exitCode !== null || signalCode !== null || performance.now() > giveUp) {
        throw new Error(`unable to start ${this.name}; it wrote:\n${this.#log()}`)
      }
      await sleep(20)
    }
  }

  /** Starts it again after its end, as its supervisor does: it refuses while the database is away. */
  async restart(): Promise<void> {
    const giveUp = performance.now() + patienceMs
    const again = async (): Promise<void> => {
      try {
        await this.#start()
      } catch (error) {
        if (performance.now() > giveUp) throw error
        await sleep(500)
        await again()
      }
    }
    await again()
  }

  async kill(): Promise<void> {
    this.#child?.process.kill('SIGKILL')
    await this.#child?.exited
  }

  /** As an operator stops it; killed where it takes too long. Returns its exit code. */
  async stop(): Promise<number | null> {
    const child = this.#child
    if (!child) return null
    await this.#deps.children.stop(child, 30_000)
    return child.process.exitCode
  }

  /** All of its processes. */
  async pause(ms: number): Promise<void> {
    const group = this.#child && -this.#child.pid // children.start gives it one of its own
    if (group === undefined) return
    signal(group, 'SIGSTOP')
    await sleep(ms)
    signal(group, 'SIGCONT')
  }

  get hasWorkers(): boolean {
    return this.#options.workers > 1
  }

  /** Its parent starts another one. Returns the dead one's process id. */
  killWorker(pick: (pids: readonly number[]) => number): number {
    const pid = pick(this.#child ? childrenOf(this.#child.pid) : [])
    signal(pid, 'SIGKILL')
    return pid
  }

  #spawn(args: readonly string[]): Child {
    const { children, program, folder, databaseUrl } = this.#deps
    const log = openSync(this.logFile, 'a')
    const child = children.start(process.execPath, [program, ...args], {
      cwd: folder, // where there is no .env
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: databaseUrl,
        REDIS_URL: this.#options.redisUrl,
        WORKERS: String(this.#options.workers),
        PORT: String(this.#port),
        DATA_DIR: folder,
        LOG_LEVEL: 'warn',
        LOG_FORMAT: 'json',
        BCRYPT_COST: '4',
        LIMIT_SCALE: '1000',
      },
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    return child
  }

  async #isReady(): Promise<boolean> {
    return fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2000) }).then(
      ({ ok }) => ok,
      () => false,
    )
  }

  #log(): string {
    return readFileSync(this.logFile, 'utf8').slice(-2000)
  }
}
