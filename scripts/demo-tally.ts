/** A message as a receiver hears it, or as the server keeps it. */
interface Seen {
  clientId: string
  seq: number
}

export interface Verdict {
  stored: number
  /** Sent messages that are not stored, or were not delivered to someone. */
  lost: number
  /** Stored or delivered more often than once, or never sent. */
  doubled: number
  /** Out of the order of their seq, or under another seq than was acknowledged. */
  misplaced: number
  /** Sent messages that were refused, or whose acknowledgement did not come. */
  unanswered: number
  right: boolean
}

/** Counts what is sent, acknowledged, heard and stored, message by message. */
export class Tally {
  /** By clientId, the seq each was acknowledged under. */
  readonly #sent = new Map<string, number | undefined>()
  readonly #receivers: Sightings[] = []
  #acknowledged = 0
  #delivered = 0

  get sent(): number {
    return this.#sent.size
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  get delivered(): number {
    return this.#delivered
  }

  /** What `delivered` must become: every message to every receiver. */
  get due(): number {
    return this.#sent.size * this.#receivers.length
  }

  send(clientId: string): void {
    this.#sent.set(clientId, undefined)
  }

  acknowledge({ clientId, seq }: Seen): void {
    this.#sent.set(clientId, seq)
    this.#acknowledged++
  }

  /** One more receiver: what it hears is told to the function. */
  receiver(): (seen: Seen) => void {
    const sightings = new Sightings()
    this.#receivers.push(sightings)
    return (seen) => {
      this.#delivered++
      sightings.add(seen)
    }
  }

  /** Once all is heard: `stored` are the messages as read back, in the order they were read. */
  verdict(stored: readonly Seen[]): Verdict {
    const kept = new Sightings()
    for (const seen of stored) kept.add(seen)
    const all = [kept, ...this.#receivers].map((sightings) => sightings.against(this.#sent))
    const sum = (of: 'lost' | 'doubled' | 'misplaced') => all.reduce((n, one) => n + one[of], 0)
    const counts = {
      lost: sum('lost'),
      doubled: sum('doubled'),
      misplaced: sum('misplaced'),
      unanswered: this.sent - this.#acknowledged,
    }
    const right = Object.values(counts).every((count) => count === 0)
    return { stored: stored.length, ...counts, right }
  }
}

/** What one receiver saw, in its order. */
class Sightings {
  readonly #seqs = new Map<string, number>()
  #again = 0
  #backwards = 0
  #last = 0

  add({ clientId, seq }: Seen): void {
    if (this.#seqs.has(clientId)) return void this.#again++
    if (seq <= this.#last) this.#backwards++
    this.#last = seq
    this.#seqs.set(clientId, seq)
  }

  against(sent: ReadonlyMap<string, number | undefined>) {
    const strange = [...this.#seqs.keys()].filter((clientId) => !sent.has(clientId)).length
    let lost = 0
    let elsewhere = 0
    for (const [clientId, acknowledged] of sent) {
      const seq = this.#seqs.get(clientId)
      if (seq === undefined) lost++
      else if (acknowledged !== undefined && acknowledged !== seq) elsewhere++
    }
    return { lost, doubled: this.#again + strange, misplaced: this.#backwards + elsewhere }
  }
}
