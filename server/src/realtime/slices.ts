interface SlicesDeps {
  /** Everything's turn comes once in so many seconds. */
  count: number
  /** While the last slice is still looked through, as where the database is slow, none begins. */
  isBusy: () => boolean
  look: (isDue: (name: string) => boolean) => void
}

const tickMs = 1000

/** Looks through what a node holds a slice a second. */
export class Slices {
  readonly #deps: SlicesDeps
  #timer: NodeJS.Timeout | undefined
  #slice = 0

  constructor(deps: SlicesDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), tickMs)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    const { count, isBusy, look } = this.#deps
    if (isBusy()) return
    this.#slice = (this.#slice + 1) % count
    look((name) => isInSlice(name, this.#slice, count))
  }
}

/** The same one each round, whoever comes and goes meanwhile. */
function isInSlice(name: string, slice: number, slices: number): boolean {
  let hash = 0
  // The end of an id is random.
  for (let at = Math.max(0, name.length - 6); at < name.length; at++) {
    hash = hash * 31 + name.charCodeAt(at)
  }
  return hash % slices === slice
}
