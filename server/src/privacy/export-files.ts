import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Exports as files, `<id>.zip`; readable by the server's own user only. */
export class ExportFiles {
  readonly #folder: string

  constructor({ folder }: { folder: string }) {
    this.#folder = folder
  }

  /** Into a file of its own, which is given its name when it is whole: two nodes may write the same
   *  export. Returns its size in bytes. */
  async write(id: string, archive: Readable, signal: AbortSignal): Promise<number> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const part = join(this.#folder, `${id}.${randomBytes(6).toString('hex')}.part`)
    try {
      const file = createWriteStream(part, { flags: 'wx', mode: 0o600 })
      await pipeline(archive, file, { signal })
      const { size } = await stat(part)
      await rename(part, this.#pathOf(id))
      return size
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
  }

  /** undefined where this node has no such file. */
  async read(id: string): Promise<Readable | undefined> {
    try {
      return (await open(this.#pathOf(id))).createReadStream()
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  /** Also what a stopped node left half written of it. */
  async remove(id: string): Promise<void> {
    for (const name of await this.#names()) {
      if (idOf(name) === id) await rm(join(this.#folder, name), { force: true })
    }
  }

  /** Whose files are here. */
  async listIds(): Promise<string[]> {
    return [...new Set((await this.#names()).map(idOf))]
  }

  async #names(): Promise<string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => ours.test(name))
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${id}.zip`)
  }
}

const ours = /^[0-9a-f-]{36}\.(zip|[0-9a-f]+\.part)$/

function idOf(name: string): string {
  return name.slice(0, 36)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
