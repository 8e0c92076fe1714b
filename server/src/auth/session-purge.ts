import type { Sessions } from './sessions.ts'

const hour = 3_600_000

interface SessionPurgeDeps {
  sessions: Pick<Sessions, 'purge'>
  onError: (error: unknown) => void
}

/** Removes old sessions every hour. Several nodes may do so at once. */
export class SessionPurge {
  readonly #deps: SessionPurgeDeps
  #timer: NodeJS.Timeout | undefined

  constructor(deps: SessionPurgeDeps) {
    this.#deps = deps
  }

  start(): void {
    const { sessions, onError } = this.#deps
    this.#timer = setInterval(() => void sessions.purge().catch(onError), hour)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
