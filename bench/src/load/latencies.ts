/** Milliseconds in buckets that grow by one percent, so that millions of samples cost nothing. */
export class Latencies {
  readonly #counts: number[]
  #total = 0

  /** `counts`: as another one's `counts` was, when it comes from another process. */
  constructor(counts: readonly number[] = []) {
    this.#counts = Array.from({ length: buckets }, (_, at) => counts[at] ?? 0)
    for (const count of this.#counts) this.#total += count
  }

  get counts(): readonly number[] {
    return this.#counts
  }

  get size(): number {
    return this.#total
  }

  add(ms: number): void {
    const bucket = Math.floor(Math.log(Math.max(ms, smallest) / smallest) / step)
    const at = Math.min(bucket, buckets - 1)
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.#total++
  }

  merge(other: Latencies): void {
    other.counts.forEach((count, at) => (this.#counts[at] = (this.#counts[at] ?? 0) + count))
    this.#total += other.size
  }

  /** The time that this share of the samples did not pass; NaN without samples. */
  percentile(share: number): number {
    let left = this.#total * share
    for (let at = 0; at < buckets && this.#total > 0; at++) {
      left -= this.#counts[at] ?? 0
      if (left <= 0) return smallest * Math.exp((at + 1) * step)
    }
    return Number.NaN
  }
}

/** From a microsecond to about ten minutes. */
const smallest = 0.001
const step = Math.log(1.01)
const buckets = 2048
