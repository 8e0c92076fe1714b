import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Writable } from 'node:stream'
import * as ws from 'ws'
import { encodePing, encodeText } from './wire.ts'

// Exported by ws, missing in its types.
const { Receiver } = ws as unknown as { Receiver: new () => Writable }

/** What a WebSocket implementation other than ours reads from these bytes. */
async function decode(bytes: Buffer): Promise<string[]> {
  const read: string[] = []
  const receiver = new Receiver()
  receiver.on('message', (data: Buffer) => read.push(data.toString()))
  receiver.on('ping', () => read.push('<ping>'))
  receiver.end(bytes)
  await once(receiver, 'finish')
  return read
}

describe('frames on the wire', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])(
    'H6 a text of %i bytes is one whole frame',
    async (length) => {
      const text = 'x'.repeat(length)
      expect(await decode(encodeText(text))).toEqual([text])
    },
  )

  it('H6 frames joined into one write are read one by one, in any script', async () => {
    const texts = ['первый', '二番目', '🧭 third']
    const bytes = Buffer.concat([...texts.map(encodeText), encodePing()])
    expect(await decode(bytes)).toEqual([...texts, '<ping>'])
  })
})
