import { readdirSync } from 'node:fs'
import { getPriority } from 'node:os'
import { describe, expect, it } from 'vitest'
import { PasswordHasher } from './password-hasher.ts'

describe('the password hasher', () => {
  it('knows the password again and no other', async () => {
    const hasher = new PasswordHasher({ cost: 4 })
    const hash = await hasher.hash('notes on the engine')
    expect(await hasher.verify('notes on the engine', hash)).toBe(true)
    expect(await hasher.verify('notes on the engines', hash)).toBe(false)
    expect(await hasher.verify('', hash)).toBe(false)
    expect(await hasher.hash('notes on the engine')).not.toBe(hash)
  })

  it('compares with nobody as long as with somebody, and never finds her', async () => {
    const hasher = new PasswordHasher({ cost: 7 })
    const hash = await hasher.hash('notes on the engine')
    const time = async (of: string | null) => {
      const began = performance.now()
      expect(await hasher.verify('a wrong password', of)).toBe(false)
      return performance.now() - began
    }
    const times = { somebody: [] as number[], nobody: [] as number[] }
    for (let round = 0; round < 25; round++) {
      times.somebody.push(await time(hash))
      times.nobody.push(await time(null))
    }
    expect(Math.min(...times.nobody)).toBeGreaterThan(Math.min(...times.somebody) / 2)
  })

  it('does not take the first 72 bytes for the whole', async () => {
    const hasher = new PasswordHasher({ cost: 4 })
    const hash = await hasher.hash('x'.repeat(72))
    expect(await hasher.verify('x'.repeat(72), hash)).toBe(true)
    expect(await hasher.verify('x'.repeat(73), hash)).toBe(false)
  })

  it('refuses what no longer fits into the queue, and does the rest', async () => {
    const hasher = new PasswordHasher({ cost: 4, concurrency: 1, queueLimit: 3 })
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => hasher.hash('notes on the engine')),
    )
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused).toHaveLength(6)
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ code: 'overloaded', retryAfterMs: expect.any(Number) })
    }
    expect(await hasher.hash('notes on the engine')).toMatch(/^\$2b\$04\$/)
  })

  it('says before any work is done that it has no room', async () => {
    const hasher = new PasswordHasher({ cost: 4, concurrency: 2, queueLimit: 8 })
    const all = Array.from({ length: 2 + 8 }, () => hasher.hash('notes on the engine'))
    expect(() => hasher.requireRoom()).toThrow(expect.objectContaining({ code: 'overloaded' }))
    await Promise.all(all)
    expect(() => hasher.requireRoom()).not.toThrow()
  })

  it.runIf(process.platform === 'linux')('stands back behind all other work', async () => {
    const usual = getPriority()
    const behind = () =>
      readdirSync('/proc/self/task').filter((id) => getPriority(Number(id)) === usual + 10).length
    const before = behind()
    await new PasswordHasher({ cost: 8 }).hash('notes on the engine')
    expect(behind()).toBe(before + 1)
    expect(getPriority()).toBe(usual)
  })

  it('leaves the event loop free while it hashes', async () => {
    const hasher = new PasswordHasher({ cost: 11 })
    let turns = 0
    let done = false
    const spin = (): void => {
      turns++
      if (!done) setImmediate(spin)
    }
    spin()
    await hasher.hash('notes on the engine')
    done = true
    expect(turns).toBeGreaterThan(100)
  })

  it('sees that the cost has risen', async () => {
    const hash = await new PasswordHasher({ cost: 4 }).hash('notes on the engine')
    expect(new PasswordHasher({ cost: 4 }).needsRehash(hash)).toBe(false)
    expect(new PasswordHasher({ cost: 5 }).needsRehash(hash)).toBe(true)
  })
})
