import type { FastifyBaseLogger } from 'fastify'
import { Connection } from './connection.ts'
import type { Greeter } from './greeter.ts'
import { heartbeatMs } from './hello.ts'
import type { Hub } from './hub.ts'
import { Slices } from './slices.ts'

interface StateCheckDeps {
  hub: Hub
  greeter: Greeter
  logger: FastifyBaseLogger
}

/** Everyone is compared once in so many seconds. */
const everySeconds = 30

/** Every 30 s, in slices, and at once when news may have been lost: who lacks news of her own (the bus
 *  loses some by design) gets a fresh `ready`, and follows the rooms it names (L4). */
export class StateCheck {
  readonly #deps: StateCheckDeps
  readonly #slices = new Slices({
    count: everySeconds,
    isBusy: () => this.#running > 0,
    look: (isDue) => this.#inBackground(this.#deps.hub.people.filter(isDue)),
  })
  #running = 0

  constructor(deps: StateCheckDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#slices.start()
  }

  /** Compares everyone now: news may have been lost. */
  checkAll(): void {
    this.#inBackground(this.#deps.hub.people)
  }

  #inBackground(userIds: readonly string[]): void {
    this.#running++
    this.check(userIds)
      .catch((err: unknown) => {
        this.#deps.logger.warn({ err }, "unable to compare people's state")
      })
      .finally(() => this.#running--)
  }

  close(): void {
    this.#slices.close()
  }

  /** Compares these people's connections with the database. */
  async check(userIds: readonly string[]): Promise<void> {
    if (userIds.length === 0) return
    const { hub, greeter } = this.#deps
    const current = [...(await greeter.stateSeqs(userIds))]
    const behind = current.flatMap(([userId, stateSeq]) =>
      [...hub.connectionsOf(userId)].flatMap((connection) => {
        const { userSeq = stateSeq } = connection
        return userSeq < stateSeq && connection instanceof Connection ? connection : []
      }),
    )
    // Together, so that they are read in few statements.
    await Promise.all(behind.map((connection) => this.#refresh(connection)))
  }

  async #refresh(connection: Connection): Promise<void> {
    const { hub, greeter } = this.#deps
    const { caller, id } = connection
    if (!caller) return
    const facts = { connectionId: id, heartbeatMs }
    const { frames, userSeq, topics } = await greeter.greet(caller, { cursors: {} }, facts)
    const [ready] = frames
    if (!ready || !connection.refresh(ready, userSeq)) return
    const named = new Set(topics.map(({ topic }) => topic))
    for (const name of hub.topics.openedBy(connection)) {
      if (!named.has(name)) hub.topics.detach(connection, name)
    }
    for (const { topic, after, joinedSeq } of topics) {
      if (hub.topics.isFollowing(connection, topic)) continue
      await hub.topics.open(connection, [topic])
      hub.topics.setGate(connection, topic, after, joinedSeq)
      await hub.topics.catchUp(connection, topic, () => connection.outbox.whenEmpty())
    }
  }
}
