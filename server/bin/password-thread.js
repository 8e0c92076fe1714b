// Hashes and compares passwords on a thread of its own, behind everything else: it takes what time
// messages leave over (server/src/auth/password-thread.ts).
import bcrypt from 'bcrypt'
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'

/** Linux gives each thread a priority of its own, under its own id; elsewhere that would be the
 *  process's, and hashing stays as important as the rest. */
function stepBack() {
  if (process.platform !== 'linux') return
  try {
    const [, id] = /\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self')) ?? []
    if (id !== undefined) setPriority(Number(id), workerData.niceness)
  } catch {
    // Without /proc, or not permitted.
  }
}

stepBack()
parentPort?.on('message', ({ password, hash, cost }) => {
  const answer =
    hash === undefined ? bcrypt.hashSync(password, cost) : bcrypt.compareSync(password, hash)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort?.postMessage(answer)
})
