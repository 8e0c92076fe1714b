/** What a page costs, by the browser's own account. */
import type { CDPSession } from 'playwright-core'
import type { Person } from './person.ts'

declare global {
  interface Window {
    /** Of the keys since `watchKeys`: from the press to the next frame on the screen, in milliseconds. */
    keyLatencies: number[]
  }
}

export class Inspector {
  readonly #person: Person
  readonly #session: CDPSession
  #keysBefore = 0

  private constructor(person: Person, session: CDPSession) {
    this.#person = person
    this.#session = session
  }

  static async of(person: Person): Promise<Inspector> {
    const session = await person.context.newCDPSession(person.page)
    await session.send('Performance.enable')
    return new Inspector(person, session)
  }

  /** After all garbage is gone. */
  async measure(): Promise<{ nodes: number; heapMb: number }> {
    await this.#session.send('HeapProfiler.collectGarbage')
    const { metrics } = await this.#session.send('Performance.getMetrics')
    const of = (wanted: string): number =>
      metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN
    return { nodes: of('Nodes'), heapMb: of('JSHeapUsedSize') / 1024 / 1024 }
  }

  async watchKeys(): Promise<void> {
    this.#keysBefore = await this.#keys()
    await this.#person.page.evaluate(() => {
      window.keyLatencies = []
      new PerformanceObserver((list) => {
        for (const { name, duration } of list.getEntries()) {
          if (name === 'keydown') window.keyLatencies.push(duration)
        }
        // The shortest that is told is 16 milliseconds.
      }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit) // newer than the types
    })
  }

  /** Milliseconds from the press of a key to what it changes on the screen. */
  async keyLatency(): Promise<{ keys: number; median: number; worst: number }> {
    const keys = (await this.#keys()) - this.#keysBefore
    const slow = await this.#person.page.evaluate(() => window.keyLatencies)
    const all = [...slow, ...Array<number>(Math.max(0, keys - slow.length)).fill(0)].toSorted(
      (a, b) => a - b,
    )
    return { keys, median: all[all.length >> 1] ?? 0, worst: all.at(-1) ?? 0 }
  }

  #keys(): Promise<number> {
    return this.#person.page.evaluate(
      () =>
        (performance as Performance & { eventCounts: Map<string, number> }).eventCounts.get(
          'keydown',
        ) ?? 0, // newer than the types
    )
  }
}
