/** A postmaster that outlived the Parley that started it, after a kill -9: it is used, and stopped like our own. */
import { setTimeout as sleep } from 'node:timers/promises'
import { findPostmaster } from './db-embedded-pidfile.ts'
import { tied } from './db-embedded-postmaster.ts'
import type { Postmaster } from './db-embedded-postmaster.ts'
import { isAlive } from './db-embedded-process.ts'
import type { ProcessIdentity } from './db-embedded-process.ts'

const POLL_MS = 10
const WATCH_MS = 200

/**
 * The postmaster that still runs on `pgData` after the Parley that started it was killed, ready for use; null when there
 * is none. The caller holds the data directory's lock.
 */
export async function adopt(
  pgData: string,
  log: (line: string) => void,
): Promise<Postmaster | null> {
  for (let polls = 0; ; polls += 1) {
    const found = await findPostmaster(pgData)
    if (found === null) return null
    if (polls === 0)
      log(`found PostgreSQL still running on ${pgData} (${found.status || 'starting'})`)
    if (found.status === 'ready') return tied({ ...found, exited: endOf(found) })
    await sleep(POLL_MS)
  }
}

async function endOf(orphan: ProcessIdentity): Promise<string> {
  while (await isAlive(orphan)) await sleep(WATCH_MS, undefined, { ref: false })
  return 'it was adopted, so its exit code is unknown'
}
