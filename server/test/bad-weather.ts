/** A network that loses, delays, doubles and reorders what passes, and cuts lines: between the SDK
 *  and a real server. What it does is drawn from a list of numbers, so that a run can be repeated. */
import type { Fetch, WebSocketConstructor, WebSocketLike } from '@parley/client'

type Deliver = () => void
interface Line {
  cut(): void
}

/** Draws up to here lose nothing. */
const mostHarmless = 87

export class BadWeather {
  readonly #draws: readonly number[]
  /** Nothing is lost or cut; things come late, doubled, and after what followed them. */
  readonly #losesNothing: boolean
  readonly #lines = new Set<Line>()
  #next = 0
  /** While it is calm everything passes. */
  isCalm = true

  /** Each draw is 0 to 99; the list begins again at its end. */
  constructor(draws: readonly number[], { losesNothing = false } = {}) {
    this.#draws = draws
    this.#losesNothing = losesNothing
  }

  draw(): number {
    const draw = this.isCalm ? 0 : (this.#draws[this.#next++ % this.#draws.length] ?? 0)
    return this.#losesNothing ? Math.min(draw, mostHarmless) : draw
  }

  /** Most things pass; some are late, so that others overtake them; some come twice; some never. */
  pass(deliver: Deliver, line?: Line): void {
    const draw = this.draw()
    if (draw < 66) deliver()
    else if (draw < 80) setTimeout(deliver, draw - 65)
    else if (draw < 88) {
      deliver()
      setTimeout(deliver, draw - 79)
    } else if (draw < 95) return
    else line?.cut()
  }

  /** Every line ends, as when a cable is pulled. */
  cutAll(): void {
    for (const line of this.#lines) line.cut()
  }

  /** Requests that never leave, answers that never come, and both late. */
  fetch(inner: Fetch): Fetch {
    return async (request) => {
      await this.#late()
      if (this.draw() > 92) throw new TypeError('the request was lost')
      const response = await inner(request)
      await this.#late()
      if (this.draw() > 92) throw new TypeError('the answer was lost')
      return response
    }
  }

  WebSocket(Inner: WebSocketConstructor): WebSocketConstructor {
    const pass = (deliver: () => void, line: Line): void => this.pass(deliver, line)
    const forget = (data: string): string => this.#forget(data)
    const lines = this.#lines
    return class implements WebSocketLike {
      readonly #inner: WebSocketLike
      readonly #onClose: ((event: { code: number; reason: string }) => void)[] = []
      #isCut = false

      constructor(url: string, protocols: string) {
        this.#inner = new Inner(url, protocols)
        lines.add(this)
        this.#inner.addEventListener('close', (event) => this.#closed(event))
        this.#inner.addEventListener('error', () => {})
      }

      send(data: string): void {
        let isOut = false
        pass(() => {
          // A second hello would be a fault of the client, not of the weather.
          if (this.#isCut || (isOut && data.includes('"hello"'))) return
          isOut = true
          this.#inner.send(forget(data))
        }, this)
      }

      close(): void {
        this.#inner.close()
      }

      /** Neither side hears of it from the other. */
      cut(): void {
        this.#closed({ code: 1006, reason: '' })
        this.#inner.close()
      }

      addEventListener(type: string, listener: (event: never) => void): void {
        // Each kind of listener is given its own kind of event below.
        const call = listener as (event: unknown) => void
        const alive = (event: unknown): void => void (this.#isCut || call(event))
        if (type === 'close') this.#onClose.push(call)
        else if (type === 'open') this.#inner.addEventListener('open', () => alive({}))
        else if (type === 'message') {
          this.#inner.addEventListener('message', (event) => pass(() => alive(event), this))
        }
      }

      #closed(event: { code: number; reason: string }): void {
        if (this.#isCut) return
        this.#isCut = true
        lines.delete(this)
        for (const listener of this.#onClose) listener(event)
      }
    }
  }

  /** Now and then a hello names another history of the database: every room is reset. */
  #forget(data: string): string {
    if (!data.includes('"hello"') || this.draw() <= mostHarmless) return data
    const hello: object = JSON.parse(data)
    return JSON.stringify({ ...hello, epoch: 'another' })
  }

  async #late(): Promise<void> {
    const draw = this.draw()
    if (draw > 70) await new Promise((resolve) => setTimeout(resolve, draw - 70))
  }
}
