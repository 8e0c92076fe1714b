import { beforeEach, describe, expect, it, vi } from 'vitest'
import { MovableClock } from '../../test/movable-clock.ts'
import { MemoryBus } from '../infra/bus-memory.ts'
import { NodeBeats } from './node-beats.ts'

describe('H2 a node that', () => {
  const clock = new MovableClock()
  let gone: string[]
  let first: NodeBeats
  let second: NodeBeats

  beforeEach(async () => {
    clock.stop()
    gone = []
    const bus = new MemoryBus()
    const node = (name: string) => new NodeBeats({ bus, clock, onGone: () => gone.push(name) })
    first = node('first hears')
    second = node('second hears')
    // The timers of both are out of the way: a test says when a beat is due.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    await Promise.all([first.start(), second.start()])
    first.beat()
    await Promise.resolve()
    vi.useRealTimers()
  })

  it('misses three beats is gone for the others, once', () => {
    clock.advance(4000)
    first.beat()
    second.beat()
    expect(gone).toEqual([])
    clock.advance(6000)
    first.beat()
    expect(gone).toEqual(['first hears'])
    first.beat()
    clock.advance(60_000)
    first.beat()
    expect(gone).toEqual(['first hears'])
  })

  it('says goodbye is gone at once, and goes for nobody else', async () => {
    second.close()
    await vi.waitFor(() => expect(gone).toEqual(['first hears']))
    clock.advance(60_000)
    first.beat()
    expect(gone).toEqual(['first hears'])
  })

  it('stops before anyone heard a beat of it is gone all the same', async () => {
    const bus = new MemoryBus()
    let heard = 0
    const early = new NodeBeats({ bus, clock, onGone: () => undefined })
    await early.start()
    const late = new NodeBeats({ bus, clock, onGone: () => heard++ })
    await late.start()
    early.close()
    await vi.waitFor(() => expect(heard).toBe(1))
    late.close()
  })

  it('slept finds the others silent when it wakes', async () => {
    for (let beats = 0; beats < 10; beats++) {
      clock.advance(2000)
      first.beat()
    }
    // Its timer comes before what waited on its line.
    second.beat()
    expect(gone).toContain('second hears')
    await vi.waitFor(() => expect(gone.filter((name) => name === 'first hears')).toHaveLength(1))
  })
})
