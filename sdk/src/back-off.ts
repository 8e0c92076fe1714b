export interface BackOffOptions {
  /** The longest first wait, in milliseconds: 500. It grows by half with every failure. */
  firstMs?: number
  /** The longest wait of all, in milliseconds: 10,000. */
  maxMs?: number
}

/** How long to wait after a failure: full jitter, so that a thousand clients that lost the same
 *  server do not come back in one moment. */
export class BackOff {
  readonly #firstMs: number
  readonly #maxMs: number
  #failures = 0

  constructor({ firstMs = 500, maxMs = 10_000 }: BackOffOptions = {}) {
    this.#firstMs = firstMs
    this.#maxMs = maxMs
  }

  /** The next wait in milliseconds; `afterMs`: the server asked for at least so much. */
  next(afterMs = 0): number {
    const most = Math.min(this.#maxMs, this.#firstMs * 1.5 ** this.#failures++)
    return afterMs + Math.random() * most
  }

  reset(): void {
    this.#failures = 0
  }
}
