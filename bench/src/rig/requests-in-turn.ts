import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Address } from '../load/line.ts'
import { Latencies } from '../load/latencies.ts'

const pauseMs = 1000

/** Requests over one connection, one after the other, as timed by the client: what it measures
 *  holds the network stack and its own loop besides the server. */
export class RequestsInTurn {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #address: Address
  readonly #token: string
  times = new Latencies()
  /** Answers 503: what the server had no time for, and was asked again. */
  refused = 0

  constructor(address: Address, token: string) {
    this.#address = address
    this.#token = token
  }

  /** The body of the answer. Error where its status is neither 200 nor 503. */
  async get(path: string): Promise<string> {
    const asked = performance.now()
    const { status, body } = await this.#request(path)
    this.times.add(performance.now() - asked)
    if (status === 503) {
      this.refused++
      await sleep(pauseMs)
      return this.get(path)
    }
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${body}`)
    return body
  }

  /** Forgets the times so far. */
  restart(): void {
    this.times = new Latencies()
    this.refused = 0
  }

  close(): void {
    this.#agent.destroy()
  }

  #request(path: string): Promise<{ status: number; body: string }> {
    const headers = { authorization: `Bearer ${this.#token}` }
    const options = { ...this.#address, path, headers, agent: this.#agent }
    return new Promise((resolve, reject) => {
      const asked = request(options, (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => (body += part))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
        response.on('error', reject)
      })
      asked.on('error', reject)
      asked.end()
    })
  }
}
