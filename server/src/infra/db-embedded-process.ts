/** What the operating system knows about a process: does it live, is it still the same one, where does it work. */
import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import { errnoOf } from './db-embedded-error.ts'

/** The birth of a process that lives but shows nothing to us (/proc with hidepid): it could be anyone. */
const HIDDEN = 'hidden'

const run = promisify(execFile)

export interface ProcessIdentity {
  pid: number
  /** Differs between two processes that were given the same pid one after the other. */
  birth: string
}

/** The process now living under `pid`, or null. A zombie is dead: it only waits to be reaped. */
export async function findProcess(pid: number): Promise<ProcessIdentity | null> {
  if (!exists(pid)) return null
  const birth = process.platform === 'linux' ? await birthOnLinux(pid) : await birthFromPs(pid)
  return birth === null ? null : { pid, birth }
}

/** Is exactly this process, not a later one with its pid, still alive? */
export async function isAlive({ pid, birth }: ProcessIdentity): Promise<boolean> {
  const now = await findProcess(pid)
  return now !== null && (now.birth === birth || now.birth === HIDDEN)
}

/** Is `pid` a process whose working directory is `dir`, as a postmaster's is its data directory? */
export async function worksIn(pid: number, dir: string): Promise<boolean> {
  if ((await findProcess(pid)) === null) return false
  if (process.platform === 'linux') {
    return (await readlink(`/proc/${pid}/cwd`).catch(() => null)) === dir
  }
  const command = await ps(pid, 'command=')
  return command !== null && command.includes(`-D ${dir}`)
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errnoOf(error) === 'EPERM'
  }
}

async function birthOnLinux(pid: number): Promise<string | null> {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
  ])
  if (stat === null) return exists(pid) ? HIDDEN : null
  // The name in parentheses may hold anything, so count from the last one: state is field 3, start time 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? null : `${boot.trim()}/${fields[19]}`
}

async function birthFromPs(pid: number): Promise<string | null> {
  const state = await ps(pid, 'stat=')
  return state === null || state.startsWith('Z') ? null : ps(pid, 'lstart=')
}

async function ps(pid: number, column: string): Promise<string | null> {
  try {
    const { stdout } = await run('ps', ['-ww', '-o', column, '-p', String(pid)])
    return stdout.trim() || null
  } catch {
    return null
  }
}
