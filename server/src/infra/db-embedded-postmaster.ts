/** A postmaster as our child: started, watched until it accepts connections, shut down. */
import { chown, open, readFile, rename, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries } from './db-embedded-binaries.ts'
import { EmbeddedPostgresError, errnoOf } from './db-embedded-error.ts'
import { spawnAs } from './db-embedded-spawn.ts'
import type { Identity } from './db-embedded-spawn.ts'
import { readPidFile } from './db-embedded-pidfile.ts'

const POLL_MS = 10
const POLLS_BETWEEN_WORDS = 1000
const LOG_LIMIT = 10 * 1024 * 1024
const BUSY_MEMORY_MS = 10_000
const FAST_STOP_MS = 30_000

export interface Postmaster {
  pid: number
  socketFolder: string
  /** Resolves when it ended, with why. */
  exited: Promise<string>
}

export interface LaunchPlan {
  pgData: string
  logFile: string
  socketFolder: string
  binaries: Binaries
  identity: Identity
  settings: Record<string, string>
  log: (line: string) => void
  /** Aborting ends a start that is under way. */
  signal: AbortSignal
}

/** Start a postmaster and wait until it accepts connections, however long its recovery takes. */
export async function launch(plan: LaunchPlan): Promise<Postmaster> {
  const giveUp = Date.now() + BUSY_MEMORY_MS
  for (;;) {
    try {
      return await launchOnce(plan)
    } catch (error) {
      // The children of a killed postmaster are still leaving; PostgreSQL will not start beside them.
      const leaving = error instanceof Error && error.message.includes('pre-existing shared memory')
      if (!leaving || Date.now() > giveUp || plan.signal.aborted) throw error
      await sleep(10 * POLL_MS)
    }
  }
}

async function launchOnce(plan: LaunchPlan): Promise<Postmaster> {
  const { pgData, logFile, socketFolder, binaries, identity } = plan
  const log = await openLog(plan)
  const { size: logStart } = await log.stat()
  const options = Object.entries(plan.settings).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  // Detached: the terminal's Ctrl-C is for Parley, which drains first and stops its database last.
  const child = spawnAs(identity, binaries.postgres, ['-D', pgData, ...options], {
    libraryPath: binaries.libraryPath,
    stdio: ['ignore', log.fd, log.fd],
    detached: true,
  })
  child.unref()
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  await log.close()
  const postmaster = tied({ pid: child.pid ?? 0, socketFolder, exited })
  const ended = await untilReady(postmaster, plan)
  if (ended === null) return postmaster
  throw new EmbeddedPostgresError(
    `${ended}: ${await complaint(logFile, logStart)} (see ${logFile})`,
  )
}

/** Null once it is ready; why it ended when it did. */
async function untilReady(
  postmaster: Postmaster,
  { pgData, log, signal }: LaunchPlan,
): Promise<string | null> {
  const stop = () => send(postmaster.pid, 'SIGINT')
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    for (let polls = 1; ; polls += 1) {
      const ended = await Promise.race([postmaster.exited, sleep(POLL_MS, null)])
      if (ended !== null) return ended
      const file = await readPidFile(pgData)
      if (file?.pid === postmaster.pid && file.status === 'ready') return null
      if (polls % POLLS_BETWEEN_WORDS === 0) {
        log('PostgreSQL is still starting; after a crash it first replays its log')
      }
    }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Fast shutdown: sessions are ended, everything is on disk. After 30 s at once, which the next start recovers from. */
export async function shutDown({ pid, exited }: Postmaster): Promise<void> {
  send(pid, 'SIGINT')
  const patience = new AbortController()
  const late = sleep(FAST_STOP_MS, true, { signal: patience.signal }).catch(() => false)
  if (await Promise.race([exited.then(() => false), late])) send(pid, 'SIGQUIT')
  patience.abort()
  await exited
}

/** A process.exit() without a stop() must not leave a database running behind. */
export function tied(postmaster: Postmaster): Postmaster {
  const stop = () => send(postmaster.pid, 'SIGINT')
  process.once('exit', stop)
  void postmaster.exited.then(() => process.off('exit', stop))
  return postmaster
}

/** Signal a process that may be gone. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(pid, signal)
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error
  }
}

async function openLog({ logFile, identity: { owner } }: LaunchPlan) {
  const found = await stat(logFile).catch(() => null)
  if (found !== null && found.size > LOG_LIMIT) await rename(logFile, `${logFile}.1`)
  const log = await open(logFile, 'a', 0o600)
  if (owner !== null) await chown(logFile, owner.uid, owner.gid)
  return log
}

async function complaint(logFile: string, from: number): Promise<string> {
  const text = (await readFile(logFile)).subarray(from).toString().trim()
  const lines = text.split('\n').map((line) => line.replace(/^\S+ \S+ \S+ \[\d+\] /, ''))
  const errors = lines.filter((line) => /^(FATAL|PANIC|DETAIL|HINT):/.test(line))
  return (errors.length > 0 ? errors : lines).slice(-5).join(' ') || 'it said nothing'
}
