/** The unix socket PostgreSQL listens on: nothing else, no TCP, in a folder closed to everyone but its owner. */
import { createHash } from 'node:crypto'
import { chmod, chown, lstat, mkdir, rmdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedPostgresError, errnoOf } from './db-embedded-error.ts'
import type { Owner } from './db-embedded-spawn.ts'

export const SOCKET_FILE = '.s.PGSQL.5432'
/** The kernel's limit is 108 bytes, 104 on macOS; PostgreSQL also writes the same name with `.lock`. */
const LONGEST = 90

/** The data directory, or where that makes too long a name, a folder named by its hash under the temporary folder. */
export function socketFolderFor(pgData: string): string {
  const name = `parley-${createHash('sha256').update(pgData).digest('hex').slice(0, 16)}`
  const candidates = [pgData, join(tmpdir(), name)]
  return (
    candidates.find((dir) => Buffer.byteLength(join(dir, SOCKET_FILE)) <= LONGEST) ?? `/tmp/${name}`
  )
}

/** Make the folder under the temporary one; refuse one that somebody else put there before us. */
export async function makeSocketFolder(folder: string, owner: Owner | null): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error
  })
  const found = await lstat(folder)
  if (!found.isDirectory() || ![process.getuid?.(), owner?.uid].includes(found.uid)) {
    throw new EmbeddedPostgresError(
      `${folder} belongs to somebody else; remove it, or set DATA_DIR to a shorter path`,
    )
  }
  await chmod(folder, 0o700)
  if (owner !== null) await chown(folder, owner.uid, owner.gid)
}

/** Only when it is empty: what else lies in it is not ours to remove. */
export async function removeSocketFolder(folder: string): Promise<void> {
  await rmdir(folder).catch(() => {})
}

/** For `pg` and every tool that reads a connection string; all of it explicit, so that no PG* variable changes it. */
export function connectionString(folder: string, database: string): string {
  return `postgresql://parley@localhost:5432/${database}?host=${encodeURIComponent(folder)}&sslmode=disable`
}

/** Does anybody accept connections there? */
export async function answers(folder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(join(folder, SOCKET_FILE))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      resolve(true)
      socket.destroy()
    })
  })
}
