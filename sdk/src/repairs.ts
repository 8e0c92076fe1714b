import type { BackOff } from './back-off.ts'
import { isPassing } from './error.ts'

interface RepairsDeps<Name extends string> {
  work: Record<Name, () => Promise<void>>
  /** While false nothing is tried; `resume()` when it is true again. */
  canWork: () => boolean
  backOff: BackOff
}

/** What has to be asked of the server so that the local state is right again: asked once however
 *  often it is needed, and again until there is an answer. */
export class Repairs<Name extends string> {
  readonly #deps: RepairsDeps<Name>
  readonly #due = new Set<Name>()
  #working = false

  constructor(deps: RepairsDeps<Name>) {
    this.#deps = deps
  }

  need(name: Name): void {
    this.#due.add(name)
    this.resume()
  }

  resume(): void {
    if (!this.#working) void this.#work()
  }

  async #work(): Promise<void> {
    const { work, canWork, backOff } = this.#deps
    this.#working = true
    for (const name of this.#due) {
      if (!canWork()) break
      this.#due.delete(name) // needed once more from here on is needed again
      try {
        await work[name]()
        backOff.reset()
      } catch (error) {
        // What is refused for good, as in a room one has left, is not needed any more.
        if (!isPassing(error)) continue
        this.#due.add(name)
        const waitMs = backOff.next(error.retryAfterMs)
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    }
    this.#working = false
  }
}
