type Listener<T> = (value: T) => void

/** Calls every listener, in the order they came. */
export class Listeners<T> {
  readonly #all = new Set<Listener<T>>()

  /** Returns the function that takes the listener off again. */
  add(listener: Listener<T>): () => void {
    const own: Listener<T> = (value) => listener(value) // the same function may be added twice
    this.#all.add(own)
    return () => void this.#all.delete(own)
  }

  /** A listener that throws must not keep the others from hearing: its error is thrown later,
   *  where the platform reports uncaught ones. */
  call(value: T): void {
    const present = [...this.#all] // one added meanwhile hears from the next value on
    for (const listener of present) {
      try {
        listener(value)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
