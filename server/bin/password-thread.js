// Hashes and compares passwords on a thread of its own, behind everything else: it takes what time
// messages leave over (server/src/auth/password-thread.ts).
import bcrypt from 'bcrypt'
import { getPriority, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'

// Linux gives each thread a priority of its own, and takes "this process" for the thread that asks;
// elsewhere it would be the process's: hashing stays as important as the rest there.
if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + workerData.niceness))

parentPort?.on('message', ({ password, hash, cost }) => {
  const answer =
    hash === undefined ? bcrypt.hashSync(password, cost) : bcrypt.compareSync(password, hash)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort?.postMessage(answer)
})
