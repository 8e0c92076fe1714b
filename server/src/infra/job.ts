interface JobDeps {
  /** How often it looks for work, in milliseconds. */
  everyMs: number
  /** Stops soon after the signal: what is left is taken up by another run, here or elsewhere. */
  run: (signal: AbortSignal) => Promise<void>
  onError: (error: unknown) => void
}

/** Work in the background whose list is in the database: looked for every so often, and at once
 *  when woken; on one node never twice at a time. */
export class Job {
  readonly #deps: JobDeps
  readonly #stop = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #again = false

  constructor(deps: JobDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), this.#deps.everyMs)
    this.#timer.unref()
    this.wake()
  }

  /** Runs now, or once more after the run under way, which may have looked too early. */
  wake(): void {
    this.#again = true
    this.#running ??= this.#runAll()
  }

  /** Resolves when nothing runs any more. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#stop.abort()
    await this.#running
  }

  async #runAll(): Promise<void> {
    const { run, onError } = this.#deps
    const { signal } = this.#stop
    while (this.#again && !signal.aborted) {
      this.#again = false
      try {
        await run(signal)
      } catch (error) {
        if (!signal.aborted) onError(error)
      }
    }
    this.#running = undefined
  }
}
