/** Who is writing right now in one room: each for as long as the server said. */
export class Typists {
  readonly #ends = new Map<string, ReturnType<typeof setTimeout>>()
  readonly #onChange: () => void
  #userIds: readonly string[] = []

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  /** The same array until something changes. */
  get userIds(): readonly string[] {
    return this.#userIds
  }

  add(userId: string, forMs: number): void {
    clearTimeout(this.#ends.get(userId))
    this.#ends.set(
      userId,
      setTimeout(() => this.remove(userId), forMs),
    )
    this.#changed()
  }

  /** She sent what she was writing, or stopped. */
  remove(userId: string): void {
    clearTimeout(this.#ends.get(userId))
    if (this.#ends.delete(userId)) this.#changed()
  }

  clear(): void {
    for (const userId of this.#ends.keys()) this.remove(userId)
  }

  #changed(): void {
    this.#userIds = [...this.#ends.keys()]
    this.#onChange()
  }
}
