import type { SessionGrant } from './generated/schemas.ts'

/** A session as it is kept: `expiresAt` is the end of its access token by this device's clock, in
 *  milliseconds. An empty `refreshToken`: reading it has just renewed it. */
export interface StoredSession extends SessionGrant {
  expiresAt: number
}

/** Where a session is kept between two starts of the application. Both may answer later. What they
 *  throw is taken for a broken store, a ParleyError for one that is out of reach just now. */
export interface SessionStore {
  read(): StoredSession | undefined | Promise<StoredSession | undefined>
  /** Without a session: forget it. */
  write(session: StoredSession | undefined): void | Promise<void>
}

/**
 * Keeps the session in the browser's localStorage, for all tabs of one origin.
 *
 * @example
 * const client = new ParleyClient({ url: location.origin, store: localSessionStore() })
 */
export function localSessionStore(key = 'parley.session'): SessionStore {
  return {
    read() {
      const text = localStorage.getItem(key)
      // Written below and nowhere else.
      return text === null ? undefined : (JSON.parse(text) as StoredSession)
    },
    write(session) {
      if (session) localStorage.setItem(key, JSON.stringify(session))
      else localStorage.removeItem(key)
    },
  }
}
