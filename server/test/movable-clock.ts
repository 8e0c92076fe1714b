import type { Clock } from '../src/infra/clock.ts'

/** The real time, and as much more as a test says. */
export class MovableClock implements Clock {
  #offset = 0

  now(): number {
    return Date.now() + this.#offset
  }

  advance(milliseconds: number): void {
    this.#offset += milliseconds
  }
}
