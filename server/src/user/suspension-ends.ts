import type { UserAdministration } from './user-administration.ts'

const everyMs = 30_000

interface SuspensionEndsDeps {
  administration: Pick<UserAdministration, 'endSuspensions'>
  onError: (error: unknown) => void
}

/** Ends suspensions when their time has come. Several nodes may do so at once. */
export class SuspensionEnds {
  readonly #deps: SuspensionEndsDeps
  #timer: NodeJS.Timeout | undefined

  constructor(deps: SuspensionEndsDeps) {
    this.#deps = deps
  }

  start(): void {
    const { administration, onError } = this.#deps
    this.#timer = setInterval(() => {
      administration.endSuspensions().catch(onError)
    }, everyMs)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
