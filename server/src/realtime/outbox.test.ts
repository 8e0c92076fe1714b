import { describe, expect, it, vi } from 'vitest'
import { Outbox } from './outbox.ts'

/** A socket that takes bytes when it is told to, as a slow reader's does. */
function slowSocket() {
  const writes: Buffer[] = []
  const callbacks: (() => void)[] = []
  const write = (bytes: Buffer, done: () => void): boolean => {
    writes.push(bytes)
    callbacks.push(done)
    return true
  }
  return {
    socket: { write } as unknown as { write: never },
    writes,
    read: () => callbacks.shift()?.(),
  }
}

const frame = (text: string, length = text.length) => Buffer.from(text.padEnd(length, '.'))
const packet = (text: string, length?: number, isEphemeral = false) => ({
  bytes: frame(text, length),
  frames: 1,
  isEphemeral,
})

describe('an outbox', () => {
  it('H6 writes once a tick, however many frames are due', async () => {
    const { socket, writes } = slowSocket()
    const outbox = new Outbox({ socket, counts: { framesSent: 0 }, onSlow: () => undefined })
    for (const text of ['a', 'b', 'c']) outbox.push(packet(text))
    expect(writes).toEqual([])
    await vi.waitFor(() => expect(writes).toEqual([frame('abc')]))
  })

  it('S6 has one write in flight, of at most 64 KiB, the next from its callback', async () => {
    const { socket, writes, read } = slowSocket()
    const outbox = new Outbox({ socket, counts: { framesSent: 0 }, onSlow: () => undefined })
    for (let n = 0; n < 5; n++) outbox.push(packet(`${n}`, 30 * 1024))
    await vi.waitFor(() => expect(writes).toHaveLength(1))
    expect(writes[0]).toHaveLength(60 * 1024)
    read()
    expect(writes).toHaveLength(2)
    read()
    expect(writes.map(({ length }) => length / 1024)).toEqual([60, 60, 30])
    expect(Buffer.concat(writes).toString().replaceAll('.', '')).toBe('01234')
  })

  it('S6 drops ephemeral frames past 256 KiB and keeps every durable one in order', async () => {
    const { socket, writes, read } = slowSocket()
    const outbox = new Outbox({ socket, counts: { framesSent: 0 }, onSlow: () => undefined })
    for (let n = 0; n < 9; n++) {
      outbox.push(packet(`${n}`, 30 * 1024))
      outbox.push(packet('e', 1024, true))
    }
    await vi.waitFor(() => expect(writes).toHaveLength(1))
    while (writes.reduce((sum, { length }) => sum + length, 0) < 9 * 30 * 1024) read()
    expect(Buffer.concat(writes).toString().replaceAll('.', '')).toBe('012345678')
  })

  it('S6 keeps a reader through a burst, and gives her up where a write of it does not move', async () => {
    const { socket, writes } = slowSocket()
    const onSlow = vi.fn<() => void>()
    const outbox = new Outbox({ socket, counts: { framesSent: 0 }, onSlow })
    for (let n = 0; n < 20; n++) outbox.push(packet(`${n}`, 64 * 1024))
    expect(outbox.isSlow(performance.now() + 60_000)).toBe(false) // nothing was written yet
    await vi.waitFor(() => expect(writes).toHaveLength(1))
    expect(outbox.isSlow(performance.now())).toBe(false)
    expect(outbox.isSlow(performance.now() + 1001)).toBe(true)
    expect(onSlow).not.toHaveBeenCalled()
  })

  it('S6 gives a reader up at once past 8 MiB, once, and holds nothing afterwards', async () => {
    const { socket, writes } = slowSocket()
    const onSlow = vi.fn<() => void>()
    const outbox = new Outbox({ socket, counts: { framesSent: 0 }, onSlow })
    for (let n = 0; n < 140; n++) outbox.push(packet(`${n}`, 64 * 1024))
    expect(onSlow).toHaveBeenCalledOnce()
    expect(outbox.waitingBytes).toBe(0)
    await new Promise((resolve) => setImmediate(resolve))
    expect(writes).toEqual([])
  })

  it('S2 says when it is empty, also when it is closed', async () => {
    const { socket, writes, read } = slowSocket()
    const outbox = new Outbox({ socket, counts: { framesSent: 0 }, onSlow: () => undefined })
    outbox.push(packet('a'))
    let empty = false
    void outbox.whenEmpty().then(() => (empty = true))
    await vi.waitFor(() => expect(writes).toHaveLength(1))
    expect(empty).toBe(false)
    read()
    await vi.waitFor(() => expect(empty).toBe(true))
    outbox.push(packet('b'))
    const closed = outbox.whenEmpty()
    outbox.close()
    await closed
  })

  it('S6 gives up a reader whose write has not moved for a minute, however little waits', async () => {
    const { socket, writes, read } = slowSocket()
    const outbox = new Outbox({ socket, counts: { framesSent: 0 }, onSlow: () => undefined })
    outbox.push(packet('a'))
    await vi.waitFor(() => expect(writes).toHaveLength(1))
    expect(outbox.isSlow(performance.now() + 59_000)).toBe(false)
    expect(outbox.isSlow(performance.now() + 61_000)).toBe(true)
    read()
    expect(outbox.isSlow(performance.now() + 61_000)).toBe(false)
  })
})
