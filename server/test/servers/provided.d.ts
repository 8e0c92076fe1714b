/** What global-setup.ts gives every test through vitest's `inject('…')`. */
import 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL whose user may create databases. */
    databaseUrl: string
    /** A Redis or Valkey shared by the run; null skips the tests that need one. */
    redisUrl: string | null
    /** A folder with `initdb` and `postgres` of PostgreSQL 15 to 17, the oldest installed; null skips. */
    postgres15: string | null
  }
}
