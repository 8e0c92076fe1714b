import { Agent, request } from 'node:http'
import type { Address } from './line.ts'
import { Latencies } from './latencies.ts'

/** Somebody who exists, and her password. */
interface Account {
  login: string
  password: string
}

interface LogInsSpec {
  address: Address
  perSecond: number
  accounts: readonly Account[]
}

/** A flood of log-ins, an open loop: whoever waits for an answer holds up no other. A quarter are
 *  right, a quarter have a wrong password, half are of nobody; each comes from an address of its
 *  own, as a proxy on this machine would forward it. */
export class LogIns {
  readonly #spec: LogInsSpec
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity })
  #timer: NodeJS.Timeout | undefined
  #sent = 0
  #answered = 0
  #began = 0
  #ended = 0
  /** Milliseconds from the intended time to the answer, of those that were let try. */
  readonly tried = new Latencies()
  /** By status. */
  readonly answers = new Map<number, number>()

  constructor(spec: LogInsSpec) {
    this.#spec = spec
  }

  start(): void {
    this.#began = performance.now()
    const { perSecond } = this.#spec
    const due = (): number => this.#began + (this.#sent * 1000) / perSecond
    this.#timer = setInterval(() => {
      while (due() <= performance.now()) this.#send(due())
    }, 1)
  }

  /** Sends no more, and waits for what is still under way, which no figure holds. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#ended = performance.now()
    while (this.#answered < this.#sent) await new Promise((resolve) => setTimeout(resolve, 10))
    this.#agent.destroy()
  }

  /** Of this answer, a second. */
  rateOf(status: number): number {
    return ((this.answers.get(status) ?? 0) * 1000) / (this.#ended - this.#began)
  }

  #send(meant: number): void {
    const number = this.#sent++
    const body = JSON.stringify(this.#attempt(number))
    const asked = request(
      {
        ...this.#spec.address,
        method: 'POST',
        path: '/v1/auth/login',
        agent: this.#agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-forwarded-for': addressOf(number),
        },
      },
      (response) => {
        response.resume().on('end', () => this.#took(response.statusCode ?? 0, meant))
      },
    )
    asked.on('error', () => this.#took(0, meant))
    asked.end(body)
  }

  #took(status: number, meant: number): void {
    this.#answered++
    if (this.#ended > 0) return
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1)
    if (status === 200 || status === 401) this.tried.add(performance.now() - meant)
  }

  #attempt(number: number): Account {
    const { accounts } = this.#spec
    const known = accounts[Math.floor(number / 4) % accounts.length]
    if (number % 2 === 1 || !known)
      return { login: `nobody.${number}`, password: `a guess ${number}` }
    return number % 4 === 0 ? known : { ...known, password: `a guess ${number}` }
  }
}

/** Of the range for benchmarks (RFC 2544): 198.18.0.0/15. */
function addressOf(number: number): string {
  const at = number % 2 ** 17
  return `198.${18 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`
}
