import type { FastifyBaseLogger } from 'fastify'
import type { Bus } from '../infra/bus.ts'
import type { LogEntry } from './announcement.ts'
import type { LogSource } from './log-source.ts'
import { PositionCheck } from './position-check.ts'
import { Topic, encodeSlice } from './topic.ts'
import type { EncodedEntry, Slice, Subscriber } from './topic.ts'

interface TopicsDeps {
  bus: Bus
  source: LogSource
  logger: FastifyBaseLogger
  /** Gets what other nodes publish on a topic's channel. */
  receive: (message: string) => void
}

interface Followed {
  topic: Topic
  whenSubscribed: Promise<unknown>
}

/** How long a hole stays open before it is read from the log (H2). */
const holeMs = 50
/** Entries read at a time for one connection (S2), and to fill a hole. */
const replaySlice = 50
const healSlice = 200

/** The topics this node's sockets follow: opened and closed with their followers, kept whole from
 *  the log (H1 to H3). */
export class Topics {
  readonly #deps: TopicsDeps
  readonly #topics = new Map<string, Followed>()
  /** What each subscriber has opened, so that its leaving costs only that. */
  readonly #opened = new WeakMap<Subscriber, Set<string>>()
  readonly #healing = new Set<Topic>()
  /** By what the source answered, which is one array for all who asked for the same. */
  readonly #slices = new WeakMap<readonly LogEntry[], Slice>()
  readonly #positions: PositionCheck
  #closed = false
  /** Holes filled from the log since the start. */
  healed = 0
  /** Entries read for a single subscriber that lacked them, since the start. */
  replayed = 0

  constructor(deps: TopicsDeps) {
    this.#deps = deps
    this.#positions = new PositionCheck({
      ...deps,
      names: () => [...this.#topics.keys()],
      recover: (name, lastSeq) => this.#recover(name, lastSeq),
      onError: (error) => this.#note(error),
    })
  }

  /** Begins to compare positions with the log (H2). */
  start(): void {
    this.#positions.start()
  }

  /** Compares every position with the log now: news may have been lost. */
  checkAll(): void {
    this.#positions.checkAll()
  }

  close(): void {
    this.#closed = true
    this.#positions.close()
  }

  get(name: string): Topic | undefined {
    return this.#topics.get(name)?.topic
  }

  /** Takes entries that were just committed here or came from another node. */
  accept(name: string, entries: readonly EncodedEntry[]): void {
    const topic = this.get(name)
    if (!topic) return
    topic.accept(entries)
    this.#dropIfUnused(topic)
    if (!topic.hole() || this.#healing.has(topic)) return
    this.#healing.add(topic)
    setTimeout(() => this.#inBackground(this.#heal(topic)), holeMs).unref()
  }

  /** Subscribes to these topics and reads where they stand; the subscriber gets nothing yet. */
  async open(subscriber: Subscriber, names: readonly string[]): Promise<void> {
    await this.follow(subscriber, names)
    const unknown = names.filter((name) => this.#isUnplaced(name))
    if (unknown.length === 0) return
    const positions = await this.#deps.source.lastSeqs(unknown)
    for (const name of unknown) this.place(name, positions.get(name) ?? 0)
  }

  /** Subscribes to these topics for someone who is about to read where they stand: `place` must
   *  follow, with a position read after this resolved (H3). */
  async follow(subscriber: Subscriber, names: readonly string[]): Promise<void> {
    const { bus, receive } = this.#deps
    const followed = names.map((name) => {
      const known = this.#topics.get(name)
      if (known) return known
      const fresh = { topic: new Topic(name), whenSubscribed: bus.subscribe(name, receive) }
      this.#topics.set(name, fresh)
      return fresh
    })
    for (const { topic } of followed) topic.attach(subscriber)
    const before = this.#opened.get(subscriber) ?? []
    this.#opened.set(subscriber, new Set([...before, ...names]))
    await Promise.all(followed.map(({ whenSubscribed }) => whenSubscribed))
  }

  /** Says where a topic stands that nobody has placed yet. */
  place(name: string, position: number): void {
    this.get(name)?.start(position)
  }

  #isUnplaced(name: string): boolean {
    const topic = this.get(name)
    return topic !== undefined && topic.position === undefined
  }

  /** Opens the gate: the subscriber has everything up to `after`, and from this tick on takes
   *  what continues it. `joinedSeq`: which removals concern it (H4). */
  setGate(subscriber: Subscriber, name: string, after: number, joinedSeq: number): void {
    this.get(name)?.setGate(subscriber, after, joinedSeq)
  }

  /** Reads what the subscriber lacks, in slices as `pull` asks, until pushes continue it
   *  (H3); `atLeast`: up to here even where the bus has not told this node of it yet (S2). */
  async catchUp(
    subscriber: Subscriber,
    name: string,
    pull: () => Promise<void>,
    atLeast = 0,
  ): Promise<void> {
    const topic = this.get(name)
    for (let missing = topic?.missing(subscriber, atLeast); topic && missing;) {
      const upTo = Math.min(missing.after + replaySlice, missing.upTo)
      const entries = await this.#deps.source.read(name, missing.after, upTo)
      topic.feed(subscriber, this.#encoded(entries))
      this.replayed += entries.length
      await pull()
      missing = topic.missing(subscriber, atLeast)
    }
  }

  /** What is read for one is often read for many at once. */
  #encoded(read: readonly LogEntry[]): Slice {
    const slice = this.#slices.get(read) ?? encodeSlice(read)
    this.#slices.set(read, slice)
    return slice
  }

  /** Whether there is something for `catchUp` to read. */
  isBehind(subscriber: Subscriber, name: string, atLeast: number): boolean {
    return this.get(name)?.missing(subscriber, atLeast) !== undefined
  }

  openedBy(subscriber: Subscriber): string[] {
    return [...(this.#opened.get(subscriber) ?? [])]
  }

  isFollowing(subscriber: Subscriber, name: string): boolean {
    return this.get(name)?.isFollowedBy(subscriber) ?? false
  }

  /** Ends the attachment, or only one that joined before this entry. */
  detach(subscriber: Subscriber, name: string, before = Infinity): void {
    const topic = this.get(name)
    if (topic?.detach(subscriber, before)) this.#dropIfUnused(topic)
  }

  detachAll(subscriber: Subscriber): void {
    for (const name of this.#opened.get(subscriber) ?? []) this.detach(subscriber, name)
    this.#opened.delete(subscriber)
  }

  #dropIfUnused(topic: Topic): void {
    if (topic.isUsed || this.get(topic.name) !== topic) return
    this.#topics.delete(topic.name)
    this.#inBackground(this.#deps.bus.unsubscribe(topic.name, this.#deps.receive))
  }

  async #heal(topic: Topic): Promise<void> {
    try {
      for (let hole = topic.hole(); hole && !this.#closed; hole = topic.hole()) {
        await this.#fill(topic, hole.after, hole.upTo)
      }
    } finally {
      this.#healing.delete(topic)
    }
  }

  async #fill(topic: Topic, after: number, end: number): Promise<void> {
    const upTo = Math.min(after + healSlice, end)
    this.healed++
    const read = await this.#deps.source.read(topic.name, after, upTo)
    topic.accept(this.#encoded(read).entries)
    this.#dropIfUnused(topic)
  }

  /** Reads what the bus lost, where this node does not know of the topic's last entry. */
  async #recover(name: string, lastSeq: number): Promise<void> {
    const topic = this.get(name)
    if (topic?.position === undefined || topic.position >= lastSeq) return
    // Whatever the channel's state is: ask for it again, then read.
    await this.#deps.bus.subscribe(name, this.#deps.receive)
    while (topic.position < lastSeq && !this.#closed) {
      await this.#fill(topic, topic.position, lastSeq)
    }
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.#note(error))
  }

  #note(error: unknown): void {
    if (!this.#closed) this.#deps.logger.warn({ err: error }, 'unable to keep a topic whole')
  }
}
