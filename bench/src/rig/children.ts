import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Child {
  process: ChildProcess
  pid: number
  exited: Promise<void>
}

/** Everything a run starts, so that it can be ended, by its id, however the run ends. */
export class Children {
  readonly #stops: (() => Promise<void>)[] = []
  readonly #living = new Set<Child>()
  /** Processes that are not children of this one, such as the database of a server. */
  readonly #adopted = new Set<number>()

  #stopping: Promise<void> | undefined

  constructor() {
    process.once('exit', () => this.#killAll())
  }

  /** In a process group of its own: Ctrl-C reaches this process only, which ends the others. */
  start(file: string, args: readonly string[], options: SpawnOptions): Child {
    const child = spawn(file, args, { ...options, detached: true })
    const { pid } = child
    if (pid === undefined) throw new Error(`unable to start ${file}`)
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const started = { process: child, pid, exited }
    this.#living.add(started)
    void exited.then(() => this.#living.delete(started))
    return started
  }

  /** Asks it to end, and ends it after the patience. */
  async stop({ process: child, exited }: Child, patienceMs = 15_000): Promise<void> {
    child.kill('SIGTERM')
    const controller = new AbortController()
    const late = sleep(patienceMs, undefined, { signal: controller.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    )
    await exited
    controller.abort()
    await late
  }

  adopt(pid: number): void {
    this.#adopted.add(pid)
  }

  release(pid: number): void {
    this.#adopted.delete(pid)
  }

  /** Called in reverse order when the run ends. */
  onStop(stop: () => Promise<void>): void {
    this.#stops.push(stop)
  }

  /** Ends everything, once, whoever asks first. */
  stopAll(): Promise<void> {
    this.#stopping ??= this.#stopInReverse()
    return this.#stopping
  }

  async #stopInReverse(): Promise<void> {
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) await stop()
  }

  #killAll(): void {
    for (const { process: child } of this.#living) child.kill('SIGKILL')
    for (const pid of this.#adopted) {
      try {
        process.kill(pid, 'SIGQUIT') // PostgreSQL's immediate shutdown: its processes go with it
      } catch {
        // It has ended by itself.
      }
    }
  }
}
