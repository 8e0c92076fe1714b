import { randomUUID } from 'node:crypto'
import type { Bus } from '../infra/bus.ts'
import type { Clock } from '../infra/clock.ts'

interface NodeBeatsDeps {
  bus: Bus
  clock: Clock
  /** A node stopped or went silent: what it committed last may not have been told. */
  onGone: () => void
}

/** H2, in milliseconds. */
const beatMs = 2000
const silentMs = 3 * beatMs

const channel = 'nodes'

/** How the nodes know of each other: each publishes a beat every two seconds, and says goodbye
 *  when it stops (H2). */
export class NodeBeats {
  readonly #deps: NodeBeatsDeps
  readonly #id = randomUUID()
  /** The other nodes, and when each was last heard. */
  readonly #lastHeard = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(deps: NodeBeatsDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    await this.#deps.bus.subscribe(channel, this.#receive)
    this.#timer = setInterval(() => this.beat(), beatMs)
    this.#timer.unref()
    this.beat()
  }

  /** Says goodbye. */
  close(): void {
    clearInterval(this.#timer)
    this.#publish('goodbye')
  }

  /** Beats, and looks who has been silent for three beats. */
  beat(): void {
    const { bus, clock, onGone } = this.#deps
    this.#publish('beat')
    const now = clock.now()
    const silent = [...this.#lastHeard].filter(([, heardAt]) => now - heardAt >= silentMs)
    for (const [id] of silent) this.#lastHeard.delete(id)
    // While the bus is away everyone is silent, and every position is compared anyway.
    if (silent.length > 0 && bus.isUp) onGone()
  }

  #publish(what: 'beat' | 'goodbye'): void {
    const { bus } = this.#deps
    if (bus.isUp) bus.publish(channel, `${what} ${this.#id}`)
  }

  readonly #receive = (message: string): void => {
    const [what, id = ''] = message.split(' ')
    if (id === this.#id) return
    if (what === 'beat') {
      this.#lastHeard.set(id, this.#deps.clock.now())
      return
    }
    this.#lastHeard.delete(id)
    this.#deps.onGone()
  }
}
