import { LRUCache } from 'lru-cache'
import type { Clock } from './clock.ts'
import type { EphemeralStore, Lease } from './ephemeral.ts'

/** The leases of a single node. */
export class MemoryEphemeralStore implements EphemeralStore {
  readonly #clock: Clock
  /** By key, then holder: when the lease ends. */
  readonly #leases = new Map<string, Map<string, number>>()
  /** By name: when it was taken. */
  readonly #claims = new LRUCache<string, number>({ max: 50_000 })

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async hold(leases: readonly Lease[], forMs: number): Promise<void> {
    const until = this.#clock.now() + forMs
    for (const { key, holder } of leases) {
      const holders = this.#leases.get(key)
      if (holders) holders.set(holder, until)
      else this.#leases.set(key, new Map([[holder, until]]))
    }
  }

  async release(leases: readonly Lease[]): Promise<void> {
    for (const { key, holder } of leases) {
      const holders = this.#leases.get(key)
      holders?.delete(holder)
      if (holders?.size === 0) this.#leases.delete(key)
    }
  }

  async claim(name: string, forMs: number): Promise<boolean> {
    const now = this.#clock.now()
    // In either direction: a clock that was set back must not keep it taken.
    if (Math.abs(now - (this.#claims.get(name) ?? -Infinity)) < forMs) return false
    this.#claims.set(name, now)
    return true
  }

  async held(keys: readonly string[]): Promise<Set<string>> {
    const now = this.#clock.now()
    const isHeld = (key: string): boolean =>
      [...(this.#leases.get(key)?.values() ?? [])].some((until) => until > now)
    return new Set(keys.filter(isHeld))
  }
}
