import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

type Labels = Record<string, string | number>

/** One line of a metric: its labels, and its value. */
export type Sample = readonly [labels: Labels, value: number]

/** A metric somebody else keeps in plain fields, so that counting costs nothing: it is read when
 *  `/metrics` is asked for. */
interface ReadMetric {
  name: string
  help: string
  labels?: readonly string[]
  read: () => number | Iterable<Sample>
}

interface ReadGauge extends ReadMetric {
  /** What several workers show together; their sum where it is absent. */
  together?: 'sum' | 'min' | 'max'
}

/** What `/metrics` answers with. */
export interface MetricsPage {
  readonly contentType: string
  text(): Promise<string>
}

/** Every metric with its values, to be sent to another process. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

interface HistogramOptions {
  name: string
  help: string
  labels?: readonly string[]
  /** Upper bounds, in ascending order. */
  buckets: number[]
}

/** What `/metrics` shows, in Prometheus' text form; one registry an app. */
export class Metrics implements MetricsPage {
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

  /** What goes up and down. */
  gauge({ name, help, labels = [], together = 'sum', read }: ReadGauge): void {
    const gauge = new Gauge({
      name,
      help,
      labelNames: labels,
      aggregator: together,
      registers: [this.#registry],
      collect: () => {
        gauge.reset()
        for (const [of, value] of samplesOf(read())) gauge.set(of, value)
      },
    })
  }

  /** What only grows, since the start. */
  counter({ name, help, labels = [], read }: ReadMetric): void {
    const counter = new Counter({
      name,
      help,
      labelNames: labels,
      registers: [this.#registry],
      collect: () => {
        counter.reset()
        for (const [of, value] of samplesOf(read())) counter.inc(of, value)
      },
    })
  }

  /** Shows a histogram from now on. */
  add(...histograms: Histogram[]): void {
    for (const histogram of histograms) this.#registry.registerMetric(histogram)
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  /** For MetricsSum. The library would average the lag of event loops, which hides the busy one. */
  async snapshot(): Promise<MetricsSnapshot> {
    const metrics = await this.#registry.getMetricsAsJSON()
    return metrics.map(({ aggregator, ...metric }) => ({
      ...metric,
      aggregator: aggregator === 'average' ? 'max' : aggregator,
    }))
  }
}

/** One that is observed where the work is done; nobody sees it before `Metrics.add`. */
export function createHistogram({ labels = [], ...options }: HistogramOptions): Histogram {
  return new Histogram({ ...options, labelNames: labels, registers: [] })
}

function samplesOf(read: number | Iterable<Sample>): Iterable<Sample> {
  return typeof read === 'number' ? [[{}, read]] : read
}
