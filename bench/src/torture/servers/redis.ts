/** A Redis of the run's own, which it can kill, empty and pause. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Child, Children } from '../../rig/children.ts'
import { freePort } from '../../rig/free-port.ts'

export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0
}

export class Redis {
  readonly url: string
  readonly #children: Children
  readonly #port: number
  #child: Child | undefined

  private constructor(children: Children, port: number) {
    this.#children = children
    this.#port = port
    this.url = `redis://127.0.0.1:${port}`
  }

  static async start(children: Children): Promise<Redis> {
    const redis = new Redis(children, await freePort())
    children.onStop(() => redis.kill())
    await redis.run()
    return redis
  }

  async run(): Promise<void> {
    const args = ['--port', String(this.#port), '--bind', '127.0.0.1', '--save', '']
    const child = this.#children.start('redis-server', [...args, '--appendonly', 'no'], {
      cwd: tmpdir(),
      stdio: 'ignore',
    })
    this.#child = child
    while (!(await this.#ask('PING').catch(() => '')).startsWith('+PONG')) {
      if (child.process.exitCode !== null) throw new Error('Redis ended at its start')
      await sleep(20)
    }
  }

  async kill(): Promise<void> {
    this.#child?.process.kill('SIGKILL')
    await this.#child?.exited
    this.#child = undefined
  }

  async pause(ms: number): Promise<void> {
    this.#child?.process.kill('SIGSTOP')
    await sleep(ms)
    this.#child?.process.kill('SIGCONT')
  }

  async empty(): Promise<void> {
    await this.#ask('FLUSHALL')
  }

  async #ask(command: string): Promise<string> {
    const socket = connect(this.#port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      socket.write(`${command}\r\n`)
      const [answer] = (await once(socket, 'data')) as [Buffer] // no encoding is set
      return answer.toString()
    } finally {
      socket.destroy()
    }
  }
}
