/** Files small enough to be held in memory, under keys of our own making. Every call fails with
 *  AppError `unavailable` where the store cannot be reached. */
export interface BlobStore {
  /** Stored whole or not at all; what was there under this key is replaced. */
  put(key: string, content: Uint8Array, type: string): Promise<void>
  /** undefined where there is none. */
  get(key: string): Promise<Buffer | undefined>
  /** Leaves nothing, and takes what was not there as removed. */
  delete(key: string): Promise<void>
}

const wellFormed = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*\.[a-z0-9]+$/

/** A key is a path below the store and never leads out of it. */
export function assertBlobKey(key: string): void {
  if (!wellFormed.test(key)) throw new Error(`no key of ours: ${key}`)
}
