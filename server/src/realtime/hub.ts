import { randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Bus } from '../infra/bus.ts'
import type { Announcer, EndedSessions, Ephemeral, LogEntry, UserNews } from './announcement.ts'
import { decodeBusMessage, encodeBusMessage } from './bus-message.ts'
import type { BusMessage } from './bus-message.ts'
import type { LogSource } from './log-source.ts'
import type { Subscriber } from './topic.ts'
import { Topics } from './topics.ts'
import { encodeText, textPacket } from './wire.ts'
import type { Packet } from './wire.ts'

/** A connection as the hub sees it: its user's news can arrive before it is ready for them. */
export interface HubConnection extends Subscriber {
  receiveNews(news: UserNews, packet: Packet): void
  endSession(): void
  /** A newer socket of the person takes its place. */
  replace(): void
  /** By the clock, in milliseconds. */
  readonly lastHeardAt: number
  /** Up to where it has its person's news without a gap; undefined before it is ready. */
  readonly userSeq: number | undefined
}

type EntryMeta = Omit<LogEntry, 'topic' | 'frame'>

interface HubDeps {
  bus: Bus
  source: LogSource
  logger: FastifyBaseLogger
}

const sessionsChannel = 'sessions'
const userChannel = (userId: string) => `user:${userId}`

/** One a node: delivers to its own sockets at once and to the other nodes through the bus (H1). */
export class Hub implements Announcer {
  readonly topics: Topics
  readonly #deps: HubDeps
  readonly #nodeId = randomUUID()
  readonly #users = new Map<string, Set<HubConnection>>()
  readonly #sessionsEnded: ((ended: EndedSessions) => void)[] = []
  #closed = false

  constructor(deps: HubDeps) {
    this.#deps = deps
    this.topics = new Topics({ ...deps, receive: this.#receive })
  }

  async start(): Promise<void> {
    await this.#deps.bus.subscribe(sessionsChannel, this.#receive)
    this.topics.start()
  }

  close(): void {
    this.#closed = true
    this.topics.close()
  }

  /** The listener hears of every ended session, on this node and the others (P6). */
  whenSessionsEnd(listener: (ended: EndedSessions) => void): void {
    this.#sessionsEnded.push(listener)
  }

  publish(entries: readonly LogEntry[]): void {
    const byTopic = new Map<string, LogEntry[]>()
    for (const entry of entries) {
      const known = byTopic.get(entry.topic)
      if (known) known.push(entry)
      else byTopic.set(entry.topic, [entry])
    }
    for (const [topic, its] of byTopic) this.#publishTo(topic, its)
  }

  #publishTo(topic: string, entries: readonly LogEntry[]): void {
    const texts = entries.map(({ frame }) => JSON.stringify(frame))
    const metas = entries.map(({ seq, detach, veil }) => ({ seq, detach, veil }))
    this.#accept(topic, metas, texts)
    this.#send(topic, { kind: 'entries', topic, entries: metas }, texts)
  }

  #accept(topic: string, entries: readonly EntryMeta[], texts: readonly string[]): void {
    if (!this.topics.get(topic)) return
    const encoded = entries.map((entry, at) => ({ ...entry, frame: encodeText(texts[at] ?? '') }))
    this.topics.accept(topic, encoded)
  }

  tell(news: UserNews): void {
    const { frame, ...meta } = news
    const text = JSON.stringify(frame)
    this.#deliverNews(news, text)
    this.#send(userChannel(news.userId), { kind: 'news', ...meta }, [text])
  }

  whisper({ topic, frame, except = [] }: Ephemeral): void {
    const text = JSON.stringify(frame)
    this.topics.get(topic)?.whisper(textPacket(text, true), except)
    this.#send(topic, { kind: 'ephemeral', topic, except }, [text])
  }

  endSessions(ended: EndedSessions): void {
    this.#endLocal(ended)
    this.#send(sessionsChannel, { kind: 'ended', ...ended }, [])
  }

  /** Enters a connection under its user, so that news and the end of its session reach it. */
  async enter(connection: HubConnection): Promise<void> {
    const { userId } = connection
    const known = this.#users.get(userId)
    if (known) known.add(connection)
    else this.#users.set(userId, new Set([connection]))
    await this.#deps.bus.subscribe(userChannel(userId), this.#receive)
  }

  /** Everyone with a connection here. */
  get people(): string[] {
    return [...this.#users.keys()]
  }

  connectionsOf(userId: string): ReadonlySet<HubConnection> {
    return this.#users.get(userId) ?? new Set()
  }

  leave(connection: HubConnection): void {
    const { userId } = connection
    this.topics.detachAll(connection)
    const known = this.#users.get(userId)
    if (!known?.delete(connection) || known.size > 0) return
    this.#users.delete(userId)
    const left = this.#deps.bus.unsubscribe(userChannel(userId), this.#receive)
    left.catch((err: unknown) => this.#deps.logger.warn({ err }, 'unable to unsubscribe'))
  }

  readonly #receive = (raw: string): void => {
    const decoded = decodeBusMessage(raw, this.#nodeId)
    if (!decoded || this.#closed) return
    const { message, texts } = decoded
    const [text = ''] = texts
    switch (message.kind) {
      case 'entries':
        return this.#accept(message.topic, message.entries, texts)
      case 'news':
        return this.#deliverNews({ ...message, frame: JSON.parse(text) }, text)
      case 'ephemeral':
        return this.topics.get(message.topic)?.whisper(textPacket(text, true), message.except)
      case 'ended':
        return this.#endLocal(message)
    }
  }

  #deliverNews(news: UserNews, text: string): void {
    const connections = this.#users.get(news.userId)
    if (!connections) return
    const packet = textPacket(text)
    for (const connection of connections) connection.receiveNews(news, packet)
  }

  #endLocal(ended: EndedSessions): void {
    for (const listener of this.#sessionsEnded) listener(ended)
    const { userId, sessionIds } = ended
    for (const connection of this.connectionsOf(userId)) {
      if (sessionIds === 'all' || sessionIds.includes(connection.sessionId)) connection.endSession()
    }
  }

  #send(channel: string, message: BusMessage, texts: readonly string[]): void {
    const { bus } = this.#deps
    if (!bus.mayReachOthers(channel, this.#receive)) return
    bus.publish(channel, encodeBusMessage(this.#nodeId, message, texts))
  }
}
