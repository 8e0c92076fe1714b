import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyBaseLogger } from 'fastify'
import { uuidv7 } from 'uuidv7'
import { WebSocketServer } from 'ws'
import type { RawData, WebSocket } from 'ws'
import { AppError } from '../contract/error-codes.ts'
import { socketPath, subprotocol } from '../contract/frames.ts'
import type { Clock } from '../infra/clock.ts'
import { TokenBucket } from '../infra/token-bucket.ts'
import type { UserNews } from './announcement.ts'
import { Connection } from './connection.ts'
import { open } from './dispatcher.ts'
import type { Dispatcher } from './dispatcher.ts'
import { ping, reconnect } from './frames.ts'
import { heartbeatMs } from './hello.ts'
import type { Hub } from './hub.ts'
import { mayConnect } from './origin.ts'
import { answerWithoutUpgrade, asksForWebSocket } from './other-upgrades.ts'
import { overBudget } from './outbox-budget.ts'
import type { Presence } from './presence.ts'
import { SocketCounts } from './socket-counts.ts'
import { encodePing, encodeText, joinFrames } from './wire.ts'

/** S8, in frames a second and bytes; multiplied by LIMIT_SCALE. */
const framesPerSecond = 20
const frameBurst = 60
const maxFrameBytes = 128 * 1024
const helloMs = 5000
const tickMs = 1000

export interface GatewayOptions {
  corsOrigins: readonly string[]
  publicUrl: string | undefined
  /** LIMIT_SCALE. */
  limitScale: number
}

interface GatewayDeps {
  clock: Clock
  logger: FastifyBaseLogger
  hub: Hub
  presence: Presence
  dispatcher: Dispatcher
  /** A socket of this person has ended. */
  left: (userId: string) => void
  options: GatewayOptions
}

/** The socket door: upgrades, frames in, heartbeats, and the way out. */
export class Gateway {
  readonly counts = new SocketCounts()
  readonly #deps: GatewayDeps
  readonly #connections = new Map<Connection, Kept>()
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    maxFragments: 128,
    maxBufferedChunks: 1024,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  })
  readonly #heartbeat = joinFrames([encodePing(), encodeText(JSON.stringify({ type: ping.type }))])
  #timer: NodeJS.Timeout | undefined
  #slot = 0
  #draining = false

  constructor(deps: GatewayDeps) {
    this.#deps = deps
  }

  /** How many connections are in each state. */
  get states(): ReadonlyMap<string, number> {
    const states = new Map(['waiting', 'greeting', 'ready'].map((state) => [state, 0]))
    for (const { state } of this.#connections.keys()) {
      states.set(state, (states.get(state) ?? 0) + 1)
    }
    return states
  }

  /** Takes the upgrades of this HTTP server and starts the one timer of all connections (S5). */
  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      if (!asksForWebSocket(request)) return answerWithoutUpgrade(server, request, stream, head)
      stream.on('error', () => stream.destroy())
      const refusal = this.#refusal(request)
      if (refusal) return refuseUpgrade(stream, refusal)
      this.#server.handleUpgrade(request, stream, head, (socket) => this.#accept(socket, stream))
    })
    this.#timer = setInterval(() => this.#tick(), tickMs)
    this.#timer.unref()
  }

  /** Lets nobody in any more, and sends everyone away (S9). */
  async drain(spreadMs: number): Promise<void> {
    this.#draining = true
    await this.sendAway(spreadMs)
  }

  /** Tells every client to come back at a time of its own, then closes in slices. */
  async sendAway(spreadMs: number): Promise<void> {
    for (const connection of this.#connections.keys()) {
      connection.send({ type: reconnect.type, afterMs: Math.round(Math.random() * spreadMs) })
    }
    const all = [...this.#connections.keys()]
    for (let at = 0; at < all.length; at += closeSlice) {
      for (const connection of all.slice(at, at + closeSlice)) connection.close('restarting')
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  close(): void {
    clearInterval(this.#timer)
    for (const connection of this.#connections.keys()) connection.close('restarting')
  }

  #refusal(request: IncomingMessage): string | undefined {
    const { corsOrigins, publicUrl } = this.#deps.options
    const path = (request.url ?? '').split('?')[0]
    if (path !== socketPath) return '404 Not Found'
    if (this.#draining) return '503 Service Unavailable'
    const offered = request.headers['sec-websocket-protocol']
    if (offered !== undefined && !offered.split(/,\s*/).includes(subprotocol))
      return '400 Bad Request'
    return mayConnect(request.headers, corsOrigins, publicUrl) ? undefined : '403 Forbidden'
  }

  #accept(socket: WebSocket, stream: Duplex): void {
    const { clock, logger } = this.#deps
    const { limitScale } = this.#deps.options
    const connection = new Connection({
      id: uuidv7(),
      clock,
      counts: this.counts,
      socket,
      stream,
      onClose: (closed, code) => this.#forget(closed, code),
      onNews: (to, news) => this.#follow(to, news),
    })
    const rate = framesPerSecond * limitScale
    const burst = frameBurst * limitScale
    const buckets = {
      accepted: new TokenBucket(clock, rate, burst),
      refused: new TokenBucket(clock, 2 * rate, 2 * burst),
    }
    this.counts.opened++
    const slot = this.#connections.size % slots
    this.#connections.set(connection, { slot, buckets, openedAt: clock.now() })
    logger.debug({ connectionId: connection.id }, 'socket opened')
    socket.on('message', (data, isBinary) => this.#receive(connection, buckets, data, isBinary))
  }

  #forget(connection: Connection, code: number): void {
    const { clock, logger, hub, presence, left } = this.#deps
    const { id: connectionId, userId } = connection
    const openedAt = this.#connections.get(connection)?.openedAt ?? clock.now()
    this.#connections.delete(connection)
    presence.leave(connection)
    hub.leave(connection)
    if (userId !== '') left(userId)
    logger.info({ connectionId, userId, code, durationMs: clock.now() - openedAt }, 'socket closed')
  }

  #receive(connection: Connection, buckets: Buckets, data: RawData, isBinary: boolean): void {
    this.counts.framesReceived++
    connection.heard()
    if (isBinary || !Buffer.isBuffer(data)) return connection.close('protocolError')
    const { dispatcher } = this.#deps
    const text = data.toString()
    const waitMs = buckets.accepted.take()
    if (waitMs === 0) {
      void dispatcher.dispatch(connection, text)
      return
    }
    // Refusals are answered up to three times the rate in all, then the socket goes (S8).
    if (buckets.refused.take() > 0) return connection.close('tooMany', { afterMs: 5000 })
    const { id, type } = idOf(text)
    const refusal = new AppError('rate_limited', { retryAfterMs: waitMs })
    dispatcher.refuse(connection, id, type, refusal)
  }

  /** A person's news can move her connections into rooms and out of them (H4). */
  #follow(connection: Connection, { attach, detach }: UserNews): void {
    const { hub, logger } = this.#deps
    if (detach) hub.topics.detach(connection, detach.topic, detach.before)
    if (!attach) return
    const { topic, after } = attach
    const follow = async (): Promise<void> => {
      await hub.topics.open(connection, [topic])
      hub.topics.setGate(connection, topic, after, after)
      await hub.topics.catchUp(connection, topic, () => connection.outbox.whenEmpty())
    }
    follow().catch((error: unknown) => {
      logger.warn({ err: error }, 'unable to follow a topic; the connection starts again')
      connection.close('unavailable', { afterMs: 1000 })
    })
  }

  #tick(): void {
    const now = this.#deps.clock.now()
    const running = performance.now()
    for (const fat of overBudget(this.#connections.keys())) fat.close('slow')
    this.#slot = (this.#slot + 1) % slots
    for (const [connection, { slot }] of this.#connections) {
      const { waitingSince, caller } = connection
      if (waitingSince !== undefined && now - waitingSince >= helloMs) connection.close('noHello')
      else if (caller && caller.expiresAt <= now) connection.close('tokenExpired')
      else if (connection.outbox.isSlow(running)) connection.close('slow')
      else if (slot === this.#slot && !connection.beat(this.#heartbeat)) connection.close('noPong')
    }
  }
}

interface Kept {
  /** The second of a heartbeat in which it is due. */
  slot: number
  buckets: Buckets
  /** By the clock. */
  openedAt: number
}

interface Buckets {
  accepted: TokenBucket
  refused: TokenBucket
}

/** Each connection beats in one of these seconds. */
const slots = heartbeatMs / tickMs
const closeSlice = 500

function refuseUpgrade(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function idOf(text: string): { id: number | null; type: string } {
  try {
    return open(text)
  } catch {
    return { id: null, type: '' }
  }
}
