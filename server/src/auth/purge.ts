const hour = 3_600_000

interface PurgeDeps {
  /** Each removes what has run out. */
  sources: readonly { purge(): Promise<void> }[]
  onError: (error: unknown) => void
}

/** Removes what has run out every hour. Several nodes may do so at once. */
export class Purge {
  readonly #deps: PurgeDeps
  #timer: NodeJS.Timeout | undefined

  constructor(deps: PurgeDeps) {
    this.#deps = deps
  }

  start(): void {
    const { sources, onError } = this.#deps
    this.#timer = setInterval(() => {
      for (const source of sources) void source.purge().catch(onError)
    }, hour)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
