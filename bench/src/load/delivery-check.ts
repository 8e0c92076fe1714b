/** What went wrong with deliveries, over all members. */
export interface Faults {
  lost: number
  doubled: number
  outOfOrder: number
}

export const noFaults = (): Faults => ({ lost: 0, doubled: 0, outOfOrder: 0 })

/** How far a sender got: the last number that was acknowledged. */
export interface SenderTotal {
  sender: number
  room: string
  total: number
}

/** What one member received of each sender: numbers from 1, each once, in order. It outlives the
 *  member's connections. */
export class DeliveryCheck {
  /** By sender: the number that comes next. */
  #next: number[] = []
  #missing = new Set<string>()
  #doubled = 0
  #outOfOrder = 0

  take(sender: number, number: number): void {
    const next = this.#next[sender] ?? 1
    if (number === next) {
      this.#next[sender] = number + 1
      return
    }
    this.#takeOutOfTurn(sender, number, next)
  }

  #takeOutOfTurn(sender: number, number: number, next: number): void {
    if (number > next) {
      for (let skipped = next; skipped < number; skipped++)
        this.#missing.add(`${sender}:${skipped}`)
      this.#next[sender] = number + 1
    } else if (this.#missing.delete(`${sender}:${number}`)) this.#outOfOrder++
    else this.#doubled++
  }

  /** Everything these senders sent is here. */
  isComplete(senders: readonly SenderTotal[]): boolean {
    return this.#missing.size === 0 && senders.every((sender) => this.#behind(sender) <= 0)
  }

  addTo(faults: Faults, senders: readonly SenderTotal[]): void {
    faults.lost += this.#missing.size
    for (const sender of senders) faults.lost += Math.max(0, this.#behind(sender))
    faults.doubled += this.#doubled
    faults.outOfOrder += this.#outOfOrder
  }

  #behind({ sender, total }: SenderTotal): number {
    return total + 1 - (this.#next[sender] ?? 1)
  }

  /** Forgets everything: another run begins. */
  reset(): void {
    this.#next = []
    this.#missing = new Set()
    this.#doubled = 0
    this.#outOfOrder = 0
  }
}
