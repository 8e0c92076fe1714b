import { LRUCache } from 'lru-cache'
import { AppError } from '../contract/error-codes.ts'
import { addressKey } from '../http/middleware/rate-limit.ts'
import type { AttemptChange, AttemptCount, AttemptCounts } from '../infra/attempt-counts.ts'
import type { Clock } from '../infra/clock.ts'

/** Failures that cost nothing, then a wait that doubles from `first` to `longest` milliseconds. */
interface Rule {
  free: number
  first: number
  longest: number
}

const minute = 60_000
const rules = {
  /** One account from one address. */
  pair: { free: 5, first: 1000, longest: 5 * minute },
  /** One account from anywhere. */
  account: { free: 20, first: 1000, longest: 15 * minute },
  /** One address, whoever it tries. */
  address: { free: 100, first: 1000, longest: minute },
} satisfies Record<string, Rule>

/** Failures are forgotten once there were none for so long. */
const forgotten = 60 * minute

/** Attempts under way that are not yet held for failures: the devices of one person start together. */
const sideBySide = 20

interface Count extends AttemptCount {
  key: string
  /** On this node. */
  underWay: number
}

interface LoginDelaysDeps {
  clock: Clock
  /** LIMIT_SCALE. */
  scale: number
  /** What all nodes count together. */
  shared?: AttemptCounts | undefined
}

interface Attempt {
  /** What was typed as login, or the account: known and unknown ones are treated alike. */
  account: string
  address: string
  /** Whether this person has signed in from here before; asked only where it matters. */
  isKnownHere: () => Promise<boolean>
}

/**
 * Growing delays against guessing (security.md, 7), which nobody can turn into a lock on another's
 * account: a delay is a wait demanded from whoever tries, `rate_limited` with `retryAfterMs`.
 *
 * Failures are counted three ways. Those of one account from one address delay that pair. Those of
 * one address delay everything it tries, and those of one account, from wherever, delay every
 * address — except where the person has signed in from that address before: a botnet that tries
 * her account, and a neighbour behind the same address that tries others, cost her nothing. On a
 * troubled account each stranger address serves a wait of its own before each attempt; were there
 * one common next moment, whoever knocks most often would always take it.
 *
 * Nodes count together where there is Redis, asked once before each attempt. Attempts under way are
 * each node's own, and what is written while another node asks is seen by the next attempt: at one
 * moment every node may let one guess through, and all of these count. While Redis is away, and
 * without it, each node counts for itself.
 */
export class LoginDelays {
  readonly #clock: Clock
  readonly #scale: number
  readonly #shared: AttemptCounts | undefined
  readonly #counts = new LRUCache<string, Count>({ max: 100_000 })

  constructor({ clock, scale, shared }: LoginDelaysDeps) {
    this.#clock = clock
    this.#scale = scale
    this.#shared = shared
  }

  /** Runs `verify` unless a wait is due; a failure is what it answers false to, an error is none. */
  async guard(attempt: Attempt, verify: () => Promise<boolean>): Promise<boolean> {
    const counts = await this.#countsOf(attempt)
    const known = this.#isTroubled(counts) && (await attempt.isKnownHere())
    // From here to the count nothing awaits: attempts side by side are no way around.
    const wait = this.#waitFor(counts, known)
    if (wait > 0) throw new AppError('rate_limited', { retryAfterMs: wait })
    const all = [counts.pair, counts.account, counts.address]
    this.#begin(all)
    try {
      const ok = await verify()
      if (ok) this.#succeeded(counts.pair)
      else this.#failed(all)
      return ok
    } finally {
      for (const count of all) count.underWay--
    }
  }

  #begin(all: readonly Count[]): void {
    const at = this.#clock.now()
    for (const count of all) {
      count.underWay++
      count.at = at
    }
    this.#share(all.map(({ key }) => ({ key, at })))
  }

  #succeeded(pair: Count): void {
    pair.failures = 0
    this.#share([{ key: pair.key, failures: 0 }])
  }

  #failed(all: readonly Count[]): void {
    for (const count of all) count.failures++
    this.#share(all.map(({ key }) => ({ key, failed: true })))
  }

  #share(changes: readonly AttemptChange[]): void {
    void this.#shared?.write(changes, forgotten) // never rejects; the next look comes after it
  }

  #isTroubled({ account, address }: Counts): boolean {
    return this.#delay(account, rules.account) > 0 || this.#remaining(address, rules.address) > 0
  }

  #waitFor({ pair, account, address }: Counts, known: boolean): number {
    const own = this.#remaining(pair, rules.pair)
    if (own > 0 || known) return own
    const held = this.#held(pair, this.#delay(account, rules.account))
    return Math.max(held, this.#remaining(address, rules.address))
  }

  /** The wait each stranger serves before each attempt, begun by knocking: one that ends before the
   *  last attempt has been served. */
  #held(pair: Count, delay: number): number {
    if (delay === 0) return 0
    const now = this.#clock.now()
    if (pair.heldUntil <= pair.at) {
      pair.heldUntil = now + delay
      this.#share([{ key: pair.key, heldUntil: pair.heldUntil }])
    }
    return Math.max(0, pair.heldUntil - now)
  }

  #remaining(count: Count, rule: Rule): number {
    return Math.max(0, count.at + this.#delay(count, rule) - this.#clock.now())
  }

  #delay({ failures, underWay }: Count, { free, first, longest }: Rule): number {
    const feared = Math.max(0, underWay - sideBySide * this.#scale)
    const counted = failures + feared - free * this.#scale
    return counted < 1 ? 0 : Math.min(longest, first * 2 ** Math.floor(counted - 1))
  }

  async #countsOf({ account, address }: Attempt): Promise<Counts> {
    const from = addressKey(address)
    const keys = [`pair ${from} ${account}`, `account ${account}`, `address ${from}`] as const
    const [pair, ofAccount, ofAddress] = (await this.#shared?.read(keys).catch(() => [])) ?? []
    return {
      pair: this.#count(keys[0], pair),
      account: this.#count(keys[1], ofAccount),
      address: this.#count(keys[2], ofAddress),
    }
  }

  #count(key: string, shared: AttemptCount | undefined): Count {
    const count = this.#counts.get(key) ?? { key, failures: 0, underWay: 0, at: 0, heldUntil: 0 }
    this.#counts.set(key, count)
    if (shared) {
      count.failures = shared.failures // another node's success counts here too
      // What began here while the answer was on its way is not in it.
      count.at = Math.max(count.at, shared.at)
      count.heldUntil = Math.max(count.heldUntil, shared.heldUntil)
    }
    if (this.#clock.now() - Math.max(count.at, count.heldUntil) < forgotten) return count
    if (count.failures > 0) this.#share([{ key, failures: 0 }])
    return Object.assign(count, { failures: 0, heldUntil: 0 })
  }
}

interface Counts {
  pair: Count
  account: Count
  address: Count
}
