/** The built server's nodes, as processes that can be killed, asked to stop, paused and woken. */
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Child, Children } from '../../rig/children.ts'
import { freePort } from '../../rig/free-port.ts'

interface ParleyDeps {
  children: Children
  /** The file that starts Parley. */
  program: string
  /** Where the logs go. */
  folder: string
  databaseUrl: string
}

export class Parley {
  readonly name: string
  readonly url: string
  readonly #deps: ParleyDeps
  readonly #redisUrl: string
  readonly #port: number
  #child: Child | undefined

  private constructor(deps: ParleyDeps, number: number, redisUrl: string, port: number) {
    this.#deps = deps
    this.#redisUrl = redisUrl
    this.name = `node ${number}`
    this.#port = port
    this.url = `http://127.0.0.1:${port}`
  }

  /** A node for each of these ways to Redis, on one database, which is migrated before. */
  static async startAll(deps: ParleyDeps, redisUrls: readonly string[]): Promise<Parley[]> {
    const nodes: Parley[] = []
    for (const [number, redisUrl] of redisUrls.entries()) {
      nodes.push(new Parley(deps, number, redisUrl, await freePort()))
    }
    for (const first of nodes.slice(0, 1)) await first.#migrate()
    await Promise.all(nodes.map((node) => node.run()))
    for (const node of nodes) deps.children.onStop(async () => void (await node.stop()))
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

  /** Starts it on its port; resolves when it is ready. */
  async run(): Promise<void> {
    const child = this.#spawn(['serve'])
    this.#child = child
    const giveUp = performance.now() + 60_000
    while (!(await this.#isReady())) {
      const { exitCode, signalCode } = child.process
      // It refuses to start while the database is away: whoever supervises it starts it again.
      if (exitCode !== null && performance.now() < giveUp) return this.#again()
      if (signalCode !== null || performance.now() > giveUp) {
        throw new Error(`unable to start ${this.name}: ${this.#log()}`)
      }
      await sleep(20)
    }
  }

  async #again(): Promise<void> {
    await sleep(500)
    await this.run()
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

  async pause(ms: number): Promise<void> {
    this.#child?.process.kill('SIGSTOP')
    await sleep(ms)
    this.#child?.process.kill('SIGCONT')
  }

  #spawn(args: readonly string[]): Child {
    const { children, program, folder, databaseUrl } = this.#deps
    const log = openSync(this.logFile, 'a')
    const child = children.start(process.execPath, [program, ...args], {
      cwd: folder, // where there is no .env
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: databaseUrl,
        REDIS_URL: this.#redisUrl,
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
