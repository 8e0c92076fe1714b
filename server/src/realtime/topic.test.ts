import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Topic, encodeSlice } from './topic.ts'
import type { Subscriber } from './topic.ts'
import { textsIn } from '../../test/texts-in.ts'
import { encodeText, textPacket } from './wire.ts'
import type { Packet } from './wire.ts'

interface Reader extends Subscriber {
  seqs: number[]
  whispers: string[]
}

function reader(userId: string): Reader {
  const seqs: number[] = []
  const whispers: string[] = []
  return {
    userId,
    sessionId: userId,
    seqs,
    whispers,
    deliver({ bytes, isEphemeral }) {
      for (const text of textsIn(bytes)) {
        if (isEphemeral) whispers.push(text)
        else seqs.push(Number(text))
      }
    },
  }
}

const encoded = (seq: number) => ({ seq, frame: encodeText(`${seq}`) })
const push = (topic: Topic, seq: number, detach?: string) =>
  topic.accept([{ ...encoded(seq), ...(detach === undefined ? {} : { detach }) }])
const stored = (after: number, upTo: number) =>
  Array.from({ length: upTo - after }, (_, n) => ({
    topic: 't',
    seq: after + n + 1,
    // As text it is the number itself: what the pushed frames hold too.
    frame: (after + n + 1) as unknown as Record<string, unknown>,
  }))
const slice = (after: number, upTo: number) => encodeSlice(stored(after, upTo))
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n)

describe('a topic', () => {
  it('H2 delivers entries in seq order, whatever order they come in, each once', () => {
    const order = fc.shuffledSubarray(range(1, 30), { minLength: 30 })
    fc.assert(
      fc.property(order, fc.array(fc.integer({ min: 1, max: 30 })), (seqs, repeats) => {
        const topic = new Topic('t')
        const ada = reader('ada')
        topic.attach(ada)
        topic.start(0)
        topic.setGate(ada, 0, 0)
        for (const seq of [...seqs, ...repeats]) push(topic, seq)
        expect(ada.seqs).toEqual(range(1, 30))
        expect(topic.hole()).toBeUndefined()
      }),
      { seed: 7 },
    )
  })

  it('H6 joins the entries of a batch once for all; who has some of them gets only the rest', () => {
    const topic = new Topic('t')
    const packets: Packet[] = []
    const keeping = (userId: string): Reader => {
      const kept = reader(userId)
      const deliver = (packet: Packet): void => {
        packets.push(packet)
        kept.deliver(packet)
      }
      return { ...kept, deliver }
    }
    const [ada, ben, cem] = [keeping('ada'), keeping('ben'), keeping('cem')]
    for (const subscriber of [ada, ben, cem]) topic.attach(subscriber)
    topic.start(0)
    for (const subscriber of [ada, ben]) topic.setGate(subscriber, 0, 0)
    topic.setGate(cem, 2, 0)
    topic.accept(range(1, 5).map(encoded))
    expect([ada.seqs, ben.seqs, cem.seqs]).toEqual([range(1, 5), range(1, 5), range(3, 5)])
    expect(packets.map(({ frames }) => frames)).toEqual([5, 5, 3])
    expect(packets[0]).toBe(packets[1])
  })

  it('H3 a gate never goes back: what was delivered is not delivered again', () => {
    const topic = new Topic('t')
    const ada = reader('ada')
    topic.attach(ada)
    topic.start(3)
    topic.setGate(ada, 3, 3)
    push(topic, 4)
    topic.setGate(ada, 2, 2)
    expect(topic.missing(ada)).toBeUndefined()
    topic.feed(ada, slice(2, 4))
    push(topic, 5)
    expect(ada.seqs).toEqual([4, 5])
  })

  it('H2 names the hole before what came too early', () => {
    const topic = new Topic('t')
    topic.attach(reader('ada'))
    topic.start(5)
    push(topic, 9)
    push(topic, 8)
    expect(topic.hole()).toEqual({ after: 5, upTo: 7 })
  })

  it('H3 pushes, replay and pushes are one stream without hole or double, however they mix', () => {
    const step = fc.constantFrom('push', 'pushBatch', 'read', 'feed')
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.nat(20),
        fc.array(step, { maxLength: 80 }),
        (cursor, more, steps) => {
          const topic = new Topic('t')
          const ada = reader('ada')
          const start = cursor + more
          topic.attach(ada)
          topic.start(start)
          topic.setGate(ada, cursor, 0)
          let last = start
          let read: ReturnType<typeof stored> | undefined
          for (const next of [...steps, 'read', 'feed', 'read', 'feed'] as const) {
            if (next === 'push') push(topic, ++last)
            if (next === 'pushBatch') topic.accept([++last, ++last, ++last].map(encoded))
            if (next === 'read' && !read) {
              const missing = topic.missing(ada)
              if (missing) read = stored(missing.after, missing.upTo)
            }
            if (next === 'feed' && read) {
              topic.feed(ada, encodeSlice(read))
              read = undefined
            }
          }
          expect(ada.seqs).toEqual(range(cursor + 1, last))
          expect(topic.missing(ada)).toBeUndefined()
        },
      ),
      { seed: 11 },
    )
  })

  it('H3 holds what comes before its position was read', () => {
    const topic = new Topic('t')
    const ada = reader('ada')
    topic.attach(ada)
    push(topic, 4)
    push(topic, 5)
    topic.start(4)
    topic.setGate(ada, 4, 0)
    push(topic, 6)
    expect(topic.position).toBe(6)
    topic.feed(ada, slice(4, 6))
    expect(ada.seqs).toEqual([5, 6])
  })

  it('H4 a removal is the last entry the removed one sees, and only of what she joined before', () => {
    const topic = new Topic('t')
    const [old, fresh, ben] = [reader('ada'), reader('ada'), reader('ben')]
    topic.start(10)
    for (const [who, joined] of [
      [old, 3],
      [fresh, 12],
      [ben, 3],
    ] as const) {
      topic.attach(who)
      topic.setGate(who, 10, joined)
    }
    push(topic, 11, 'ada')
    push(topic, 12)
    expect(old.seqs).toEqual([11])
    expect(fresh.seqs).toEqual([11, 12])
    expect(ben.seqs).toEqual([11, 12])
  })

  it('E4 a whisper reaches who follows, except the named, and nobody still in hello', () => {
    const topic = new Topic('t')
    const [ada, ben, cleo] = [reader('ada'), reader('ben'), reader('cleo')]
    topic.start(0)
    for (const who of [ada, ben, cleo]) topic.attach(who)
    topic.setGate(ada, 0, 0)
    topic.setGate(ben, 0, 0)
    topic.whisper(textPacket('typing', true), ['ben'])
    expect([ada.whispers, ben.whispers, cleo.whispers]).toEqual([['typing'], [], []])
  })

  it('S2 a subscriber lacks all that ready named, even where the hub has not heard of it yet', () => {
    const topic = new Topic('t')
    const ada = reader('ada')
    topic.attach(ada)
    topic.start(3)
    topic.setGate(ada, 2, 0)
    expect(topic.missing(ada, 5)).toEqual({ after: 2, upTo: 5 })
    topic.feed(ada, slice(2, 5))
    expect(topic.missing(ada, 5)).toBeUndefined()
    for (const seq of [4, 5, 6]) push(topic, seq)
    expect(ada.seqs).toEqual([3, 4, 5, 6])
  })
})
