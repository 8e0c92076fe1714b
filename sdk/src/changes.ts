import { Listeners } from './listeners.ts'

/** Something that changes and can be watched. What changes several times in one go, as while a
 *  replay comes in, is told once. */
export class Changes {
  readonly #listeners = new Listeners<void>()
  #due = false

  /** Calls the listener after each change. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    return this.#listeners.add(() => listener())
  }

  note(): void {
    if (this.#due) return
    this.#due = true
    queueMicrotask(() => {
      this.#due = false
      this.#listeners.call()
    })
  }
}
