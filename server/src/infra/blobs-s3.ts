import type { S3mini } from 's3mini'
import { AppError } from '../contract/error-codes.ts'
import { assertBlobKey } from './blobs.ts'
import type { BlobStore } from './blobs.ts'

export interface S3Options {
  /** With the bucket in its path or its host name. */
  endpoint: string
  region: string
  accessKeyId: string
  secretAccessKey: string
}

/** How long one request may take, in milliseconds: less than a transaction that waits for it may be
 *  idle (db-session.ts). */
const patience = 4000
/** After a failure nobody waits for the bucket for so long, in milliseconds. */
const pause = 1000

/** Files in a bucket, which every node sees. */
export class S3BlobStore implements BlobStore {
  readonly #options: S3Options
  #bucket: Promise<S3mini> | undefined
  /** By performance.now(). */
  #pausedUntil = 0

  constructor(options: S3Options) {
    this.#options = options
  }

  async put(key: string, content: Uint8Array, type: string): Promise<void> {
    await this.#ask(key, (bucket) => bucket.putObject(key, content, type))
  }

  async get(key: string): Promise<Buffer | undefined> {
    const content = await this.#ask(key, (bucket) => bucket.getObjectArrayBuffer(key))
    return content === null ? undefined : Buffer.from(content)
  }

  async delete(key: string): Promise<void> {
    await this.#ask(key, (bucket) => bucket.deleteObject(key))
  }

  /** Whether there is such a bucket, and the keys open it. AppError `unavailable`. */
  async isOpen(): Promise<boolean> {
    return this.#ask(undefined, (bucket) => bucket.bucketExists())
  }

  async #ask<T>(key: string | undefined, work: (bucket: S3mini) => Promise<T>): Promise<T> {
    if (key !== undefined) assertBlobKey(key)
    if (performance.now() < this.#pausedUntil) throw new AppError('unavailable') // told already
    this.#bucket ??= open(this.#options)
    const bucket = await this.#bucket
    try {
      return await work(bucket)
    } catch (cause) {
      this.#pausedUntil = performance.now() + pause
      throw new AppError('unavailable', { cause })
    }
  }
}

async function open(options: S3Options): Promise<S3mini> {
  // Loaded with the first file: it would cost every start and every command its time.
  const { S3mini } = await import('s3mini')
  return new S3mini({ ...options, requestAbortTimeout: patience })
}
