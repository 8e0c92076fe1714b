/** postmaster.pid: PostgreSQL's own note, in its data directory, of who runs there. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { inUse } from './db-embedded-error.ts'
import { findProcess, worksIn } from './db-embedded-process.ts'
import { SOCKET_FILE, answers } from './db-embedded-socket.ts'

/** The postmaster that lives on `pgData`, whoever started it. */
export async function findPostmaster(pgData: string) {
  const file = await readPidFile(pgData)
  if (file === null || !(await worksIn(file.pid, pgData))) return null
  const found = await findProcess(file.pid)
  return found === null ? null : { ...file, ...found }
}

/**
 * Remove what a killed postmaster left, when none lives on `pgData`: PostgreSQL would not start while anybody has the old
 * pid, be it a stranger or a zombie. It still sees children of the old one, by their shared memory.
 */
export async function removeRemains(pgData: string, socketFolder: string): Promise<void> {
  // Out of our sight but answering: another container uses the same folder.
  if (await answers(socketFolder)) throw inUse(pgData)
  await rm(join(pgData, 'postmaster.pid'), { force: true })
  await rm(join(socketFolder, `${SOCKET_FILE}.lock`), { force: true })
}

/** Lines: pid, directory, start, port, socket folder, address, memory key, status; fewer while it is being written. */
export async function readPidFile(pgData: string) {
  const text = await readFile(join(pgData, 'postmaster.pid'), 'utf8').catch(() => null)
  if (text === null) return null
  const lines = text.split('\n')
  return { pid: Number(lines[0]), socketFolder: lines[4] ?? '', status: lines[7]?.trim() ?? '' }
}
