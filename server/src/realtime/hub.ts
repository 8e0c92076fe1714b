import { randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Bus } from '../infra/bus.ts'
import type { Announcer, EndedSessions, Ephemeral, LogEntry, UserNews } from './announcement.ts'
import { decodeBusMessage, encodeBusMessage } from './bus-message.ts'
import type { BusMessage } from './bus-message.ts'
import { Topic } from './topic.ts'
import type { Subscriber } from './topic.ts'
import { encodeText } from './wire.ts'

/** A connection as the hub sees it: its user's news can arrive before it is ready for them. */
export interface HubConnection extends Subscriber {
  receiveNews(news: UserNews, frame: Buffer): void
  endSession(): void
  /** A newer socket of the person takes its place. */
  replace(): void
  /** By the clock, in milliseconds. */
  readonly lastHeardAt: number
}

/** Where the hub reads what it missed: the log is the truth (P5). */
export interface LogSource {
  /** The last seq of each of these topics that exists. */
  lastSeqs(topics: readonly string[]): Promise<Map<string, number>>
  /** The entries (after, upTo], without holes. */
  read(topic: string, after: number, upTo: number): Promise<LogEntry[]>
}

interface HubDeps {
  bus: Bus
  source: LogSource
  logger: FastifyBaseLogger
}

const sessionsChannel = 'sessions'
const userChannel = (userId: string) => `user:${userId}`
/** How long a hole stays open before it is read from the log (H2). */
const holeMs = 50

/** One a node: delivers to its own sockets at once and to the other nodes through the bus (H1). */
export class Hub implements Announcer {
  readonly #deps: HubDeps
  readonly #nodeId = randomUUID()
  readonly #topics = new Map<string, { topic: Topic; opened: Promise<void> }>()
  readonly #users = new Map<string, Set<HubConnection>>()
  readonly #healing = new Set<Topic>()
  readonly #sessionsEnded: ((ended: EndedSessions) => void)[] = []
  #closed = false

  constructor(deps: HubDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    await this.#deps.bus.subscribe(sessionsChannel, this.#receive)
  }

  close(): void {
    this.#closed = true
  }

  /** The listener hears of every ended session, on this node and the others (P6). */
  whenSessionsEnd(listener: (ended: EndedSessions) => void): void {
    this.#sessionsEnded.push(listener)
  }

  // What services call

  publish(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      const text = JSON.stringify(entry.frame)
      const { topic, seq, detach } = entry
      this.#topics.get(topic)?.topic.accept(entry, encodeText(text))
      this.#healLater(topic)
      this.#send(topic, { kind: 'entry', topic, seq, detach }, text)
    }
  }

  tell(news: UserNews): void {
    const { frame, ...meta } = news
    const text = JSON.stringify(frame)
    this.#deliverNews(news, text)
    this.#send(userChannel(news.userId), { kind: 'news', ...meta }, text)
  }

  whisper({ topic, frame, except = [] }: Ephemeral): void {
    const text = JSON.stringify(frame)
    this.#deliverEphemeral(topic, except, text)
    this.#send(topic, { kind: 'ephemeral', topic, except }, text)
  }

  endSessions(ended: EndedSessions): void {
    this.#endLocal(ended)
    this.#send(sessionsChannel, { kind: 'ended', ...ended }, '')
  }

  // What connections call

  /** Enters a connection under its user, so that news and the end of its session reach it. */
  async enter(connection: HubConnection): Promise<void> {
    const { userId } = connection
    const known = this.#users.get(userId)
    if (known) {
      known.add(connection)
      return
    }
    this.#users.set(userId, new Set([connection]))
    await this.#deps.bus.subscribe(userChannel(userId), this.#receive)
  }

  connectionsOf(userId: string): ReadonlySet<HubConnection> {
    return this.#users.get(userId) ?? new Set()
  }

  leave(connection: HubConnection): void {
    const { userId } = connection
    const known = this.#users.get(userId)
    known?.delete(connection)
    if (known?.size === 0) {
      this.#users.delete(userId)
      this.#background(this.#deps.bus.unsubscribe(userChannel(userId), this.#receive))
    }
    for (const { topic } of this.#topics.values()) this.detach(connection, topic.name)
  }

  /** Subscribes to these topics and reads where they stand; the connection gets nothing yet. */
  async open(connection: HubConnection, names: readonly string[]): Promise<void> {
    const fresh = names.filter((name) => !this.#topics.has(name))
    const opening = fresh.length === 0 ? Promise.resolve() : this.#openTopics(fresh)
    for (const name of fresh) this.#topics.set(name, { topic: new Topic(name), opened: opening })
    const topics = names.flatMap((name) => this.#topics.get(name) ?? [])
    for (const { topic } of topics) {
      if (topic.attachments.has(connection)) continue
      topic.attachments.set(connection, { gate: undefined, joinedSeq: 0 })
    }
    await Promise.all(topics.map(({ opened }) => opened))
  }

  async #openTopics(names: readonly string[]): Promise<void> {
    // The map is filled in the same tick, before anything here has waited.
    await Promise.resolve()
    try {
      await Promise.all(names.map((name) => this.#deps.bus.subscribe(name, this.#receive)))
      const positions = await this.#deps.source.lastSeqs(names)
      for (const name of names) this.#topics.get(name)?.topic.start(positions.get(name) ?? 0)
    } catch (error) {
      for (const name of names) this.#topics.delete(name)
      throw error
    }
  }

  /** Opens the gate: the connection has everything up to `after`, and from this tick on takes
   *  what continues it. `joinedSeq`: which removals concern it (H4). */
  setGate(connection: HubConnection, name: string, after: number, joinedSeq: number): void {
    const attachment = this.#topics.get(name)?.topic.attachments.get(connection)
    if (attachment) Object.assign(attachment, { gate: after, joinedSeq })
  }

  /** Reads what the connection lacks, in slices as `pull` asks, until pushes continue it (H3). */
  async catchUp(connection: HubConnection, name: string, pull: () => Promise<void>): Promise<void> {
    const topic = this.#topics.get(name)?.topic
    if (!topic) return
    while (!topic.isLive(connection)) {
      const gate = topic.attachments.get(connection)?.gate
      if (gate === undefined || topic.position === undefined) return
      const upTo = Math.min(gate + replaySlice, topic.position)
      topic.feed(connection, await this.#deps.source.read(name, gate, upTo))
      await pull()
    }
  }

  /** Ends the attachment, or only one that joined before this entry. */
  detach(connection: HubConnection, name: string, before = Infinity): void {
    const topic = this.#topics.get(name)?.topic
    const attachment = topic?.attachments.get(connection)
    if (!topic || !attachment || attachment.joinedSeq >= before) return
    topic.attachments.delete(connection)
    this.#dropIfUnused(topic)
  }

  #dropIfUnused(topic: Topic): void {
    if (topic.attachments.size > 0 || this.#topics.get(topic.name)?.topic !== topic) return
    this.#topics.delete(topic.name)
    this.#background(this.#deps.bus.unsubscribe(topic.name, this.#receive))
  }

  // What arrives from the other nodes

  readonly #receive = (raw: string): void => {
    const { nodeId, message, text } = decodeBusMessage(raw)
    if (nodeId === this.#nodeId || this.#closed) return
    switch (message.kind) {
      case 'entry': {
        // The frame is only ever passed on as text.
        const entry = { ...message, frame: {} }
        this.#topics.get(message.topic)?.topic.accept(entry, encodeText(text))
        return this.#healLater(message.topic)
      }
      case 'news':
        return this.#deliverNews({ ...message, frame: JSON.parse(text) }, text)
      case 'ephemeral':
        return this.#deliverEphemeral(message.topic, message.except, text)
      case 'ended':
        return this.#endLocal(message)
    }
  }

  #deliverNews(news: UserNews, text: string): void {
    const connections = this.#users.get(news.userId)
    if (!connections) return
    const frame = encodeText(text)
    for (const connection of connections) connection.receiveNews(news, frame)
  }

  #deliverEphemeral(name: string, except: readonly string[], text: string): void {
    const topic = this.#topics.get(name)?.topic
    if (!topic) return
    const frame = encodeText(text)
    for (const [subscriber, { gate }] of topic.attachments) {
      if (gate !== undefined && !except.includes(subscriber.userId)) subscriber.deliver(frame, true)
    }
  }

  #endLocal(ended: EndedSessions): void {
    for (const listener of this.#sessionsEnded) listener(ended)
    const { userId, sessionIds } = ended
    for (const connection of this.#users.get(userId) ?? []) {
      if (sessionIds === 'all' || sessionIds.includes(connection.sessionId)) connection.endSession()
    }
  }

  #send(channel: string, message: BusMessage, text: string): void {
    this.#deps.bus.publish(channel, encodeBusMessage(this.#nodeId, message, text))
  }

  // Holes (H2)

  #healLater(name: string): void {
    const topic = this.#topics.get(name)?.topic
    if (!topic) return
    this.#dropIfUnused(topic)
    if (!topic.hole() || this.#healing.has(topic)) return
    this.#healing.add(topic)
    setTimeout(() => this.#background(this.#heal(topic)), holeMs).unref()
  }

  async #heal(topic: Topic): Promise<void> {
    try {
      for (let hole = topic.hole(); hole && !this.#closed; hole = topic.hole()) {
        const entries = await this.#deps.source.read(topic.name, hole.after, hole.upTo)
        for (const entry of entries) {
          topic.accept(entry, encodeText(JSON.stringify(entry.frame)))
        }
      }
    } finally {
      this.#healing.delete(topic)
    }
  }

  #background(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!this.#closed) this.#deps.logger.warn({ err: error }, 'hub: background work failed')
    })
  }
}

/** Entries read at a time for one connection (S2). */
const replaySlice = 50
