import type { Metrics, MetricsPage } from '../infra/metrics.ts'
import type { FromParent, FromWorker, StartOrder } from './messages.ts'

/** The parent as a worker sees it. Where it ends, Node.js ends the worker: nobody is orphaned. */
export class Parent {
  readonly #orders: Promise<StartOrder>
  readonly #drained: Promise<void>
  readonly #asked = new Map<number, (text: string) => void>()
  #lastAsked = 0
  #metrics: Metrics | undefined

  constructor() {
    let ordered: (order: StartOrder) => void
    let drain: () => void
    this.#orders = new Promise((resolve) => (ordered = resolve))
    this.#drained = new Promise((resolve) => (drain = resolve))
    process.on('message', (raw) => {
      const message = raw as FromParent // nobody else has this channel
      switch (message.kind) {
        case 'start':
          return ordered(message.order)
        case 'drain':
          return drain()
        case 'snapshot-wanted':
          return void this.#tellSnapshot()
        case 'metrics':
          this.#asked.get(message.asked)?.(message.text)
          this.#asked.delete(message.asked)
      }
    })
  }

  /** What to start with. */
  async order(): Promise<StartOrder> {
    this.#say({ kind: 'ready-for-order' })
    return this.#orders
  }

  whenDraining(drain: () => void): void {
    void this.#drained.then(drain)
  }

  listening(url: string): void {
    this.#say({ kind: 'listening', url })
  }

  /** Resolves when it was told. */
  async failed(sentence: string): Promise<void> {
    await new Promise<void>((resolve) => this.#say({ kind: 'failed', sentence }, resolve))
  }

  /** What `/metrics` shows of this worker, and of all of them. */
  metricsPage(own: Metrics): MetricsPage {
    this.#metrics = own
    const text = (): Promise<string> =>
      new Promise((resolve) => {
        this.#asked.set(++this.#lastAsked, resolve)
        this.#say({ kind: 'metrics-wanted', asked: this.#lastAsked })
      })
    return { contentType: own.contentType, text }
  }

  async #tellSnapshot(): Promise<void> {
    this.#say({ kind: 'snapshot', snapshot: (await this.#metrics?.snapshot()) ?? [] })
  }

  /** A parent that has gone ends this process anyway. */
  #say(message: FromWorker, done: () => void = () => undefined): void {
    process.send?.(message, done)
  }
}
