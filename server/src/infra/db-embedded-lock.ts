/** One owner for a data directory at a time: a file that names its owner, broken only when that owner is dead. */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { errnoOf } from './db-embedded-error.ts'
import { findProcess, isAlive } from './db-embedded-process.ts'
import type { ProcessIdentity } from './db-embedded-process.ts'

export interface Lock {
  release(): Promise<void>
}

/** Take the lock at `path`, also from an owner that crashed; null when a living process holds it. */
export async function acquireLock(path: string): Promise<Lock | null> {
  const self = await findProcess(process.pid)
  if (self === null) throw new Error('unable to take a lock; this process cannot see itself')
  return claim(path, self)
}

async function claim(path: string, self: ProcessIdentity): Promise<Lock | null> {
  // Written beside and linked into place, so that nobody ever reads a half-written owner.
  const mine = `${path}.${randomUUID()}`
  await writeFile(mine, JSON.stringify(self), { mode: 0o644 })
  try {
    if (await placed(mine, path)) return held(path)
    if ((await stateOf(path)) === 'held') return null
    return await takeOver(path, mine, self)
  } finally {
    await rm(mine, { force: true })
  }
}

/**
 * Replace a dead owner. Two starters may both have seen it dead, so the replacing has a lock of its own, taken in the
 * same way; who holds it looks again, and while she does nobody else can change a dead owner's lock.
 */
async function takeOver(path: string, mine: string, self: ProcessIdentity): Promise<Lock | null> {
  const breaker = await claim(`${path}.breaking`, self)
  if (breaker === null) return null
  try {
    const state = await stateOf(path)
    if (state === 'held') return null
    if (state === 'free') return (await placed(mine, path)) ? held(path) : null
    await rename(mine, path)
    return held(path)
  } finally {
    await breaker.release()
  }
}

async function placed(mine: string, path: string): Promise<boolean> {
  try {
    await link(mine, path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

async function stateOf(path: string): Promise<'free' | 'held' | 'dead'> {
  try {
    const owner = parseOwner(await readFile(path, 'utf8'))
    return owner !== null && (await isAlive(owner)) ? 'held' : 'dead'
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'free'
    throw error
  }
}

function parseOwner(text: string): ProcessIdentity | null {
  try {
    const owner: unknown = JSON.parse(text)
    if (typeof owner !== 'object' || owner === null) return null
    if (!('pid' in owner && 'birth' in owner)) return null
    const { pid, birth } = owner
    return typeof pid === 'number' && typeof birth === 'string' ? { pid, birth } : null
  } catch {
    return null
  }
}

function held(path: string): Lock {
  return { release: () => rm(path, { force: true }) }
}
