/** Redis (or Valkey) servers for the tests: one for a run, and own ones for tests that kill, pause or empty theirs. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface RedisServer {
  /** Stays the same over kill() and restart(). */
  readonly url: string
  /** Of the process running now; send it SIGSTOP and SIGCONT to make it hang and wake. */
  readonly pid: number
  /** End it at once, as a crash would. */
  kill(): Promise<void>
  /** Start it again, empty, on the same port; kills it first if it runs. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** An empty server on a free loopback port that writes nothing to disk; null when none is installed. */
export async function startRedisServer(extra: string[] = []): Promise<RedisServer | null> {
  const program = await findRedisProgram()
  if (program === null) return null
  // Between finding a free port and listening there somebody else may take it.
  for (let tries = 1; ; tries += 1) {
    const dir = await mkdtemp(join(tmpdir(), 'parley-redis-'))
    const server = new OwnRedisServer(program, dir, await freePort(), extra)
    try {
      await server.restart()
      return server
    } catch (error) {
      await server.stop()
      if (tries === 3) throw error
    }
  }
}

export async function findRedisProgram(): Promise<string | null> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  for (const name of ['redis-server', 'valkey-server']) {
    for (const folder of folders) {
      const program = join(folder, name)
      const found = await access(program).then(
        () => true,
        () => false,
      )
      if (found) return program
    }
  }
  return null
}

class OwnRedisServer implements RedisServer {
  readonly url: string
  readonly #program: string
  readonly #dir: string
  readonly #port: number
  readonly #extra: string[]
  #child: ChildProcess | null = null
  /** Ctrl-C ends the test runner without a teardown. */
  readonly #killAtExit = () => {
    this.#child?.kill('SIGKILL')
    rmSync(this.#dir, { recursive: true, force: true })
  }

  constructor(program: string, dir: string, port: number, extra: string[]) {
    this.#program = program
    this.#dir = dir
    this.#port = port
    this.#extra = extra
    this.url = `redis://127.0.0.1:${port}`
    process.on('exit', this.#killAtExit)
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    await new Promise((resolve) => {
      child.once('exit', resolve)
      child.kill('SIGKILL')
    })
  }

  async restart(): Promise<void> {
    await this.kill()
    const args = ['--port', String(this.#port), '--bind', '127.0.0.1', '--dir', this.#dir]
    args.push('--save', '', '--appendonly', 'no', '--daemonize', 'no', ...this.#extra)
    // Detached, so that Ctrl-C reaches the test runner only, which then stops this server itself.
    const child = spawn(this.#program, args, { stdio: 'ignore', detached: true })
    child.on('error', () => {}) // seen below: it never answers
    this.#child = child
    while (!(await answersPing(this.#port))) {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`unable to start ${this.#program}; it ended (exit code ${child.exitCode})`)
      }
      await sleep(10)
    }
  }

  async stop(): Promise<void> {
    await this.kill()
    process.off('exit', this.#killAtExit)
    await rm(this.#dir, { recursive: true, force: true })
  }
}

async function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.once('data', (answer) => {
      resolve(answer.toString().startsWith('+PONG'))
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
