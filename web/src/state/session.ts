import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { ParleyError } from '@parley/client'
import type { ParleyClient } from '@parley/client'
import { keepInBrowser } from './keep.ts'

/** Whether somebody is signed in, as far as is known. */
export type SessionState =
  /** The cookie is being read. */
  | { name: 'restoring' }
  | { name: 'signedIn' }
  /** `notice`: why, where she did not do it herself. */
  | { name: 'signedOut'; notice?: string }
  /** The server cannot be asked. */
  | { name: 'unreachable'; error: ParleyError }

/** Set while somebody is signed in here: the first picture after a reload need not wait. */
const wasHereKey = 'parley.was-here'

/** Who is signed in: from the cookie at the start, until she signs out or the server ends it. */
export class Session {
  readonly #client: ParleyClient
  readonly #state = signal<SessionState>({ name: 'restoring' })

  constructor(client: ParleyClient) {
    this.#client = client
    client.connection.subscribe(() => this.#lineChanged())
  }

  get state(): ReadonlySignal<SessionState> {
    return this.#state
  }

  /** Most likely somebody is signed in; to be used before it is known. */
  get wasHere(): boolean {
    return localStorage.getItem(wasHereKey) !== null
  }

  /** Looks for a session to go on with; again, where the server could not be asked. */
  async restore(): Promise<void> {
    try {
      if (await this.#client.isSignedIn()) this.begin()
      else this.#end()
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error
      this.#state.value = { name: 'unreachable', error }
    }
  }

  /** The client has a session. */
  begin(): void {
    keepInBrowser(wasHereKey, '')
    this.#state.value = { name: 'signedIn' }
    this.#client.connect().catch(() => {}) // the connection's state says it, see below
  }

  async signOut(): Promise<void> {
    await this.#client.logout()
    this.#end()
  }

  #end(notice?: string): void {
    localStorage.removeItem(wasHereKey)
    this.#state.value = { name: 'signedOut', notice }
  }

  #lineChanged(): void {
    const { state } = this.#client.connection
    if (state.name !== 'closed' || this.#state.value.name !== 'signedIn') return
    if (state.reason === 'sessionEnded' || state.reason === 'tokenInvalid') {
      this.#end('Your session has ended. Sign in to go on.')
    }
  }
}
