import type { Clock } from '../src/infra/clock.ts'

/** The real time, and as much more as a test says; or no time at all while it is stopped. */
export class MovableClock implements Clock {
  #offset = 0
  #stoppedAt: number | undefined

  now(): number {
    return (this.#stoppedAt ?? Date.now()) + this.#offset
  }

  advance(milliseconds: number): void {
    this.#offset += milliseconds
  }

  stop(): void {
    this.#stoppedAt ??= Date.now()
  }

  go(): void {
    this.#stoppedAt = undefined
  }
}
