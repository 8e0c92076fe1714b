/** Why the embedded database cannot run, as one sentence for the person who started Parley. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError'

  constructor(reason: string, options?: ErrorOptions) {
    super(`unable to start embedded PostgreSQL; ${reason}`, options)
  }
}

/** The errno code of a failed system call ('ENOENT'), or undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}
