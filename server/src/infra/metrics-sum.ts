import { AggregatorRegistry } from 'prom-client'
import { Metrics } from './metrics.ts'
import type { MetricsPage, MetricsSnapshot } from './metrics.ts'

interface MetricsSumDeps {
  /** Asks every process for a snapshot, which comes by `take`; answers whom it asked. */
  ask: () => number[]
}

/** A process that is too busy to answer is shown as it last was. */
const patienceMs = 1000

/** What `/metrics` shows of several processes, as if they were one: counters and histograms are
 *  summed, and never go back when a process dies; what each gauge becomes, it says itself. */
export class MetricsSum implements MetricsPage {
  /** Of the process that sums. */
  readonly own = new Metrics()
  readonly #deps: MetricsSumDeps
  readonly #latest = new Map<number, MetricsSnapshot>()
  /** What the dead had counted when they last were asked. */
  #past: MetricsSnapshot[] = []
  #awaited = new Set<number>()
  #wake: () => void = () => undefined
  #summing: Promise<string> | undefined

  constructor(deps: MetricsSumDeps) {
    this.#deps = deps
  }

  get contentType(): string {
    return this.own.contentType
  }

  /** A snapshot of this process. */
  take(id: number, snapshot: MetricsSnapshot): void {
    this.#latest.set(id, snapshot)
    this.#settle(id)
  }

  /** This process has ended. */
  forget(id: number): void {
    const counted = this.#latest.get(id)?.filter(({ type }) => onlyGrows.has(String(type)))
    if (counted) this.#past.push(counted)
    this.#latest.delete(id)
    this.#settle(id)
  }

  /** Those who ask at the same time get the same answer. */
  text(): Promise<string> {
    this.#summing ??= this.#sum().finally(() => (this.#summing = undefined))
    return this.#summing
  }

  async #sum(): Promise<string> {
    const own = await this.own.snapshot()
    await this.#askAll()
    const past = [...this.#past]
    const all = AggregatorRegistry.aggregate([own, ...past, ...this.#latest.values()])
    const counted = await AggregatorRegistry.aggregate(past).getMetricsAsJSON()
    this.#past.splice(0, past.length, counted)
    return all.metrics()
  }

  async #askAll(): Promise<void> {
    const answered = new Promise<void>((resolve) => (this.#wake = resolve))
    const timer = setTimeout(this.#wake, patienceMs)
    this.#awaited = new Set(this.#deps.ask())
    if (this.#awaited.size > 0) await answered
    clearTimeout(timer)
  }

  #settle(id: number): void {
    this.#awaited.delete(id)
    if (this.#awaited.size === 0) this.#wake()
  }
}

const onlyGrows = new Set(['counter', 'histogram'])
