import { LRUCache } from 'lru-cache'
import { AppError } from '../contract/error-codes.ts'
import { addressKey } from '../http/middleware/rate-limit.ts'
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

interface Count {
  failures: number
  underWay: number
  /** When the last attempt was. */
  at: number
  /** Until when a stranger to a troubled account waits. */
  heldUntil?: number
}

interface LoginDelaysDeps {
  clock: Clock
  /** LIMIT_SCALE. */
  scale: number
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
 * Counts live in this node's memory: each node counts for itself, a restart forgets.
 */
export class LoginDelays {
  readonly #clock: Clock
  readonly #scale: number
  readonly #counts = new LRUCache<string, Count>({ max: 100_000 })

  constructor({ clock, scale }: LoginDelaysDeps) {
    this.#clock = clock
    this.#scale = scale
  }

  /** Runs `verify` unless a wait is due; a failure is what it answers false to, an error is none. */
  async guard(attempt: Attempt, verify: () => Promise<boolean>): Promise<boolean> {
    const counts = this.#countsOf(attempt)
    const known = this.#isTroubled(counts) && (await attempt.isKnownHere())
    // From here to the count nothing awaits: attempts side by side are no way around.
    const wait = this.#waitFor(counts, known)
    if (wait > 0) throw new AppError('rate_limited', { retryAfterMs: wait })
    const all = [counts.pair, counts.account, counts.address]
    for (const count of all) {
      count.underWay++
      count.at = this.#clock.now()
    }
    delete counts.pair.heldUntil
    try {
      const ok = await verify()
      if (ok) counts.pair.failures = 0
      else for (const count of all) count.failures++
      return ok
    } finally {
      for (const count of all) count.underWay--
    }
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

  /** The wait each stranger serves before each attempt, begun by knocking. */
  #held(pair: Count, delay: number): number {
    if (delay === 0) return 0
    pair.heldUntil ??= this.#clock.now() + delay
    return Math.max(0, pair.heldUntil - this.#clock.now())
  }

  #remaining(count: Count, rule: Rule): number {
    return Math.max(0, count.at + this.#delay(count, rule) - this.#clock.now())
  }

  #delay({ failures, underWay }: Count, { free, first, longest }: Rule): number {
    const feared = Math.max(0, underWay - sideBySide * this.#scale)
    const counted = failures + feared - free * this.#scale
    return counted < 1 ? 0 : Math.min(longest, first * 2 ** Math.floor(counted - 1))
  }

  #countsOf({ account, address }: Attempt): Counts {
    const from = addressKey(address)
    return {
      pair: this.#count(`pair ${from} ${account}`),
      account: this.#count(`account ${account}`),
      address: this.#count(`address ${from}`),
    }
  }

  #count(key: string): Count {
    const known = this.#counts.get(key)
    const now = this.#clock.now()
    if (known && now - Math.max(known.at, known.heldUntil ?? 0) < forgotten) return known
    const fresh = { failures: 0, underWay: 0, at: now }
    this.#counts.set(key, fresh)
    return fresh
  }
}

interface Counts {
  pair: Count
  account: Count
  address: Count
}
