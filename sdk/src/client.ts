import { BackOff } from './back-off.ts'
import type { BackOffOptions } from './back-off.ts'
import { Connection } from './connection.ts'
import { ParleyError } from './error.ts'
import { FrameListeners } from './frame-listeners.ts'
import type { Frames } from './generated/frames.ts'
import type {
  Credentials,
  OwnUser,
  ReadyFrame,
  Registration,
  SessionGrant,
  SignedIn,
} from './generated/schemas.ts'
import { createHttp, signedFetch, throwingFetch } from './http.ts'
import type { Fetch, Http } from './http.ts'
import type { AnyFrame } from './frame.ts'
import { Observable } from './observable.ts'
import { Presence } from './presence.ts'
import { Rooms } from './rooms.ts'
import { Self } from './self.ts'
import { SessionKeeper } from './session-keeper.ts'
import type { SessionStore } from './session-store.ts'
import { openSocket } from './socket.ts'
import type { Resume, Socket } from './socket.ts'
import { keepTokenFresh } from './token-renewal.ts'
import { requireWebSocket, socketUrl } from './web-socket.ts'
import type { WebSocketConstructor } from './web-socket.ts'

export interface ParleyClientOptions {
  /** Where the server is: `https://chat.example.org`. */
  url: string
  /** Needed where there is none in the platform: Node before 22, from the package `ws`. */
  WebSocket?: WebSocketConstructor
  /** Replaces the platform's fetch. */
  fetch?: Fetch
  /** Where the session is kept: memory, if nothing is said; `localSessionStore()` in a browser. */
  store?: SessionStore
  /** A session to continue with, as `client.session` was. */
  session?: SessionGrant
  /** How long to wait for the answer to a command, and for a connection: 10,000. */
  timeoutMs?: number
  /** How long to wait before trying again. */
  backOff?: BackOffOptions
}

/**
 * One person on one Parley server.
 *
 * @example
 * const client = new ParleyClient({ url: 'http://localhost:3000' })
 * await client.login({ login: 'ada', password: 'a long enough one' })
 * await client.connect()
 * for (const room of client.rooms.list) console.log(room.info.name, room.info.unread)
 */
export class ParleyClient extends Observable {
  /** Every operation of openapi.json, signed with the session's token; errors are thrown. */
  readonly http: Http
  /** The same, unsigned: for those that need no session, such as a forgotten password and the links
   *  in mails. */
  readonly publicHttp: Http
  readonly connection: Connection
  readonly rooms: Rooms
  readonly presence: Presence
  readonly #options: ParleyClientOptions
  readonly #keeper: SessionKeeper
  readonly #self = new Self()
  readonly #frames = new FrameListeners()
  #wasLive = false

  constructor(options: ParleyClientOptions) {
    super()
    const url = options.url.replace(/\/+$/, '')
    const fetch: Fetch = options.fetch ?? ((request) => globalThis.fetch(request))
    this.#options = { ...options, url }
    this.publicHttp = createHttp(url, throwingFetch(fetch))
    this.#keeper = new SessionKeeper((refreshToken) => this.#refresh(refreshToken), options.store)
    if (options.session) void this.#keeper.keep(options.session)
    this.http = createHttp(url, signedFetch(fetch, this.#keeper))
    this.connection = this.#newConnection()
    this.rooms = new Rooms({
      http: this.http,
      connection: this.connection,
      newBackOff: () => this.#newBackOff(),
      self: this.#self,
      onEntry: (entry) => this.#frames.call(entry),
    })
    this.presence = new Presence(this.connection)
  }

  /** The session in use; keep it to continue later with `new ParleyClient({ url, session })`. */
  get session(): SessionGrant | undefined {
    return this.#keeper.session
  }

  /** The signed-in person; undefined before the first answer that names her. */
  get user(): OwnUser | undefined {
    return this.#self.user
  }

  /** Whom she blocks, by user id: fold their messages. */
  get blocks(): ReadonlySet<string> {
    return this.#self.blocks
  }

  /** Whether the store holds a session to go on with: if not, register or log in. */
  isSignedIn(): Promise<boolean> {
    return this.#keeper.restored()
  }

  /** Makes an account and signs in. ParleyError `confirmation_needed` where the server wants the
   *  e-mail address confirmed first. */
  async register(body: Registration): Promise<SignedIn> {
    const { data, response } = await this.publicHttp.POST('/v1/auth/register', { body })
    if (response.status !== 202) return this.signIn(data)
    throw new ParleyError(
      'confirmation_needed',
      'unable to sign in; open the link in the mail first',
    )
  }

  /** Signs in; ParleyError `invalid_credentials` where login or password is wrong,
   *  `two_factor_required` where the right password is not enough: call again with `code`. */
  async login(body: Credentials): Promise<SignedIn> {
    const { data } = await this.publicHttp.POST('/v1/auth/login', { body })
    return this.signIn(data)
  }

  /**
   * Goes on with what another way to sign in has answered.
   *
   * @example
   * const path = '/v1/auth/passkey-login'
   * const { data } = await client.publicHttp.POST(path, { body: { credential } })
   * await client.signIn(data)
   */
  async signIn(signedIn: SignedIn): Promise<SignedIn> {
    await this.#keeper.keep(signedIn.session)
    this.#become(signedIn.user)
    return signedIn
  }

  /** Ends the session, on the server and here. */
  async logout(): Promise<void> {
    this.connection.close()
    try {
      await this.http.POST('/v1/auth/logout')
    } catch (error) {
      // It had ended before: that is what was asked for.
      const ended =
        error instanceof ParleyError && (error.status === 401 || error.code === 'no_session')
      if (!ended) throw error
    }
    await this.#keeper.keep(undefined)
    this.#become(undefined)
  }

  /** Renews the access token now; it is renewed by itself ahead of time. */
  async refresh(): Promise<void> {
    await this.#keeper.renew()
  }

  /** The signed-in person, asked for anew. */
  async me(): Promise<OwnUser> {
    const { data } = await this.http.GET('/v1/users/me')
    return data
  }

  /** Connects, and stays connected until `close()`; resolves once it is live. Short for
   *  `connection.connect()`. */
  connect(): Promise<void> {
    return this.connection.connect()
  }

  /** Ends the connection; the session stays. */
  close(): void {
    this.connection.close()
  }

  /** Calls the listener with every frame of this type. Entries of rooms (`message.created`, …) come
   *  once and in order, whatever became of the line, unless the room was reset; the room's state
   *  has them already. Returns the function that ends it. */
  on<T extends keyof Frames>(type: T, listener: (frame: Frames[T]) => void): () => void {
    return this.#frames.onType(type, listener)
  }

  /** Opens one socket and resolves when the server is ready: what `connect` is made of, for who
   *  wants to hold the state herself. `resume` names where to go on. It is not opened again when
   *  it ends. */
  async openSocket(resume: Resume = {}): Promise<Socket> {
    const { url, timeoutMs = 10_000 } = this.#options
    const WebSocket = requireWebSocket(this.#options.WebSocket)
    const socket = await this.#keeper.withToken((token) =>
      openSocket({ WebSocket, url: socketUrl(url), token, timeoutMs, resume }),
    )
    keepTokenFresh(socket, this.#keeper)
    return socket
  }

  #newConnection(): Connection {
    return new Connection({
      open: () => this.openSocket(this.rooms.resumePoint),
      renewToken: () => this.#keeper.renew(),
      probe: () => this.presence.ask(),
      backOff: this.#newBackOff(),
      onReady: (ready) => this.#takeReady(ready),
      onFrame: (frame) => this.#take(frame),
      onLive: () => this.#live(),
      onClosed: (error) => {
        this.presence.clear()
        this.rooms.stop(error)
      },
    })
  }

  #newBackOff(): BackOff {
    return new BackOff(this.#options.backOff)
  }

  #takeReady(ready: ReadyFrame): void {
    this.#self.takeReady(ready)
    this.rooms.takeReady(ready)
    this.note()
    this.#frames.call(ready)
  }

  #take(frame: AnyFrame): void {
    this.rooms.take(frame)
    if (frame.type === 'presence') this.presence.take(frame)
    const changed = this.#self.take(frame)
    if (changed) this.note()
    if (changed === 'blocks') this.rooms.recount()
    // Entries are told when they are applied, see `Rooms`.
    if (!('at' in frame)) this.#frames.call(frame)
  }

  #live(): void {
    this.rooms.resume(this.#wasLive)
    this.presence.resume()
    this.#wasLive = true
  }

  #become(user: OwnUser | undefined): void {
    if (user?.id !== this.user?.id) {
      this.connection.close()
      this.rooms.clear()
      this.#wasLive = false
    }
    this.#self.set(user)
    this.note()
  }

  async #refresh(refreshToken: string): Promise<SessionGrant> {
    const { data } = await this.publicHttp.POST('/v1/auth/refresh', { body: { refreshToken } })
    return data.session
  }
}
