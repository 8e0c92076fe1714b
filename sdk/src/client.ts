import { openSocket } from './socket.ts'
import type { Socket, Resume } from './socket.ts'
import { ParleyError } from './error.ts'
import type {
  Credentials,
  OwnUser,
  Registration,
  SessionGrant,
  SignedIn,
} from './generated/schemas.ts'
import { createHttp, signedFetch, throwingFetch } from './http.ts'
import type { Fetch, Http } from './http.ts'
import { SessionKeeper } from './session-keeper.ts'
import { requireWebSocket, socketUrl } from './web-socket.ts'
import type { WebSocketConstructor } from './web-socket.ts'

export interface ParleyClientOptions {
  /** Where the server is: `https://chat.example.org`. */
  url: string
  /** Needed where there is none in the platform: Node before 22, from the package `ws`. */
  WebSocket?: WebSocketConstructor
  /** Replaces the platform's fetch. */
  fetch?: Fetch
  /** A session to continue with, as `client.session` was. */
  session?: SessionGrant
  /** How long to wait for the answer to a command, and for a connection: 10,000. */
  timeoutMs?: number
}

/**
 * One person on one Parley server.
 *
 * @example
 * const client = new ParleyClient({ url: 'http://localhost:3000' })
 * await client.login({ login: 'ada', password: 'a long enough one' })
 * const { data: rooms } = await client.http.GET('/v1/rooms')
 */
export class ParleyClient {
  /** Every operation of openapi.json, signed with the session's token; errors are thrown. */
  readonly http: Http
  readonly #unsigned: Http
  readonly #keeper: SessionKeeper
  readonly #options: ParleyClientOptions

  constructor(options: ParleyClientOptions) {
    const url = options.url.replace(/\/+$/, '')
    const fetch: Fetch = options.fetch ?? ((request) => globalThis.fetch(request))
    this.#options = { ...options, url }
    this.#unsigned = createHttp(url, throwingFetch(fetch))
    this.#keeper = new SessionKeeper((refreshToken) => this.#refresh(refreshToken))
    this.#keeper.hold(options.session)
    this.http = createHttp(url, signedFetch(fetch, this.#keeper))
  }

  /** The session in use; keep it to continue later with `new ParleyClient({ url, session })`. */
  get session(): SessionGrant | undefined {
    return this.#keeper.session
  }

  /** Makes an account and signs in. */
  async register(body: Registration): Promise<SignedIn> {
    const { data } = await this.#unsigned.POST('/v1/auth/register', { body })
    return this.#signIn(data)
  }

  /** Signs in; ParleyError `invalid_credentials` where login or password is wrong. */
  async login(body: Credentials): Promise<SignedIn> {
    const { data } = await this.#unsigned.POST('/v1/auth/login', { body })
    return this.#signIn(data)
  }

  /** Ends the session, on the server and here. */
  async logout(): Promise<void> {
    try {
      await this.http.POST('/v1/auth/logout')
    } catch (error) {
      // It had ended before: that is what was asked for.
      if (!(error instanceof ParleyError) || error.status !== 401) throw error
    }
    this.#keeper.hold(undefined)
  }

  /** Renews the access token now; it is renewed by itself ahead of time. */
  async refresh(): Promise<void> {
    await this.#keeper.renew()
  }

  /** The signed-in person. */
  async me(): Promise<OwnUser> {
    const { data } = await this.http.GET('/v1/users/me')
    return data
  }

  /** The same as openSocket. */
  connect(resume?: Resume): Promise<Socket> {
    return this.openSocket(resume)
  }

  /** Opens one socket and resolves when the server is ready; `resume` names where to go on. It is
   *  not opened again when it ends. */
  async openSocket(resume: Resume = {}): Promise<Socket> {
    const { url, timeoutMs = 10_000 } = this.#options
    const WebSocket = requireWebSocket(this.#options.WebSocket)
    const connection = await this.#keeper.withToken((token) =>
      openSocket({ WebSocket, url: socketUrl(url), token, timeoutMs, resume }),
    )
    this.#keepTokenFresh(connection)
    return connection
  }

  #signIn(signedIn: SignedIn): SignedIn {
    this.#keeper.hold(signedIn.session)
    return signedIn
  }

  async #refresh(refreshToken: string): Promise<SessionGrant> {
    const { data } = await this.#unsigned.POST('/v1/auth/refresh', { body: { refreshToken } })
    return data.session
  }

  /** A socket whose token runs out is closed (S5): give it the next one ahead of time. */
  #keepTokenFresh(connection: Socket): void {
    const renew = async (): Promise<void> => {
      const token = await this.#keeper.accessToken()
      await connection.send('token.renew', { token })
      schedule()
    }
    let timer: ReturnType<typeof setTimeout>
    const schedule = (): void => {
      // Where renewal fails, the server closes the socket with the code that says why.
      timer = setTimeout(
        () => void renew().catch(() => {}),
        Math.max(this.#keeper.freshForMs, 1000),
      )
    }
    schedule()
    void connection.closed.then(() => clearTimeout(timer))
  }
}
