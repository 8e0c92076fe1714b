import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client'

/** What `/metrics` shows, in Prometheus' text form; one registry an app. */
export class Metrics {
  readonly #registry = new Registry()
  readonly unhandledRejections: Counter

  constructor() {
    collectDefaultMetrics({ register: this.#registry })
    this.unhandledRejections = new Counter({
      name: 'parley_unhandled_rejections_total',
      help: 'Promises that were rejected with nobody listening: each is a fault.',
      registers: [this.#registry],
    })
  }

  /** A gauge read when it is asked for. */
  gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: () => gauge.set(read()),
    })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }
}
