/** Why the embedded database cannot run, as one sentence for the person who started Parley. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError'

  constructor(reason: string, options?: ErrorOptions) {
    super(`unable to start embedded PostgreSQL; ${reason}`, options)
  }
}

export function inUse(dir: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(`another Parley is already using ${dir}`)
}

/** Any failure as such an error: a full disk or a folder that cannot be written to is told in one sentence too. */
export function asEmbeddedError(error: unknown): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error
  const closed = ['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(error) ?? '')
  const reason = error instanceof Error ? error.message : String(error)
  const remedy = closed ? '; set DATA_DIR to a folder that Parley may write to' : ''
  return new EmbeddedPostgresError(reason + remedy, { cause: error })
}

/** The errno code of a failed system call ('ENOENT'), or undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}
