import { randomBytes } from 'node:crypto'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../contract/error-codes.ts'
import { assertBlobKey } from './blobs.ts'
import type { BlobStore } from './blobs.ts'

/** Files in a folder, readable by the server's own user only. Every node must see the same one. */
export class FolderBlobStore implements BlobStore {
  readonly #folder: string

  /** The folder is made when the first file is stored. */
  constructor({ folder }: { folder: string }) {
    this.#folder = folder
  }

  async put(key: string, content: Uint8Array): Promise<void> {
    const path = this.#pathOf(key)
    const part = `${path}.${randomBytes(6).toString('hex')}.part`
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      // Flushed: once a row names it, a power cut must not empty it.
      await writeFile(part, content, { mode: 0o600, flag: 'wx', flush: true })
      await rename(part, path)
    } catch (cause) {
      await rm(part, { force: true }).catch(() => undefined)
      throw new AppError('unavailable', { cause })
    }
  }

  async get(key: string): Promise<Buffer | undefined> {
    const path = this.#pathOf(key)
    try {
      return await readFile(path)
    } catch (cause) {
      if (isMissing(cause)) return undefined
      throw new AppError('unavailable', { cause })
    }
  }

  /** Also what a stopped process left half written of it. */
  async delete(key: string): Promise<void> {
    const path = this.#pathOf(key)
    const name = basename(path)
    try {
      for (const found of await readdir(dirname(path))) {
        if (found === name || (found.startsWith(`${name}.`) && found.endsWith('.part'))) {
          await rm(join(dirname(path), found), { force: true })
        }
      }
    } catch (cause) {
      if (!isMissing(cause)) throw new AppError('unavailable', { cause })
    }
  }

  #pathOf(key: string): string {
    assertBlobKey(key)
    return join(this.#folder, key)
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
