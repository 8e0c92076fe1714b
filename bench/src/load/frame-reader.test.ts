import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientFrame, FrameReader, opcodes } from './frame-reader.ts'

interface Frame {
  opcode: number
  payload: Buffer
}

/** As RFC 6455 has an unmasked frame; written without the code that is tried. */
function serverFrame({ opcode, payload }: Frame, first = 0x80): Buffer {
  const { length } = payload
  const short = Buffer.from([first | opcode, length])
  if (length < 126) return Buffer.concat([short, payload])
  const header = Buffer.alloc(length < 65_536 ? 4 : 10)
  header[0] = first | opcode
  header[1] = length < 65_536 ? 126 : 127
  if (length < 65_536) header.writeUInt16BE(length, 2)
  else header.writeUInt32BE(length, 6)
  return Buffer.concat([header, payload])
}

/** What the reader finds in these pieces, each at another place of the one buffer it reads from. */
function readAll(pieces: readonly Buffer[]): Frame[] {
  const found: Frame[] = []
  const reader = new FrameReader((opcode, bytes, start, end) =>
    found.push({ opcode, payload: Buffer.from(bytes.subarray(start, end)) }),
  )
  const shared = Buffer.alloc(7 + Math.max(0, ...pieces.map(({ length }) => length)))
  pieces.forEach((piece, at) => {
    shared.fill(0xff) // what an earlier read left is not there any more
    const start = at % 7
    piece.copy(shared, start)
    reader.read(shared, start, start + piece.length)
  })
  return found
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const bounds = [0, ...places.map((at) => at % (bytes.length + 1)), bytes.length]
  const sorted = bounds.toSorted((a, b) => a - b)
  return sorted.slice(1).map((end, n) => bytes.subarray(sorted[n], end))
}

/** Quicker to compare than bytes. */
const asText = ({ opcode, payload }: Frame): string => `${opcode} ${payload.toString('latin1')}`

const text = (payload: string): Frame => ({ opcode: opcodes.text, payload: Buffer.from(payload) })

describe('the reader of a server’s frames', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])('finds a frame of %d bytes', (length) => {
    const frame = text('x'.repeat(length))
    expect(readAll([serverFrame(frame)]).map(asText)).toEqual([asText(frame)])
  })

  it('finds every frame of one read, whatever their kinds', () => {
    const frames = [text('one'), { opcode: opcodes.ping, payload: Buffer.alloc(0) }, text('two')]
    expect(readAll([Buffer.concat(frames.map((frame) => serverFrame(frame)))])).toEqual(frames)
  })

  it('finds a frame that comes byte by byte, its long header too', () => {
    const frame = text('y'.repeat(300))
    const bytes = serverFrame(frame)
    expect(readAll(cut(bytes, Array.from(bytes.keys())))).toEqual([frame])
  })

  it('finds the same frames however the stream is cut', () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 140 }),
      fc.nat(70_000).map((length) => Buffer.alloc(length, 0x81)),
    )
    const frames = fc.array(
      fc.record({
        opcode: fc.constantFrom(1, 8, 9, 10),
        payload: payload.map((p) => Buffer.from(p)),
      }),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(frames, fc.array(fc.nat(), { maxLength: 12 }), (frames, places) => {
        const stream = Buffer.concat(frames.map((frame) => serverFrame(frame)))
        expect(readAll(cut(stream, places)).map(asText)).toEqual(frames.map(asText))
      }),
      { numRuns: 100 },
    )
  })

  it('refuses a fragmented frame instead of taking a part for the whole', () => {
    expect(() => readAll([serverFrame(text('part'), 0)])).toThrow('fragmented')
  })
})

describe('a client’s frame', () => {
  it.each([0, 5, 125, 126, 65_535])('of %d bytes is masked with zeros', (length) => {
    const frame = clientFrame(opcodes.text, 'z'.repeat(length))
    const header = length < 126 ? 2 : 4
    expect(frame[0]).toBe(0x81)
    expect((frame[1] ?? 0) & 0x80).toBe(0x80)
    expect(frame.subarray(header, header + 4)).toEqual(Buffer.alloc(4))
    expect(frame.toString('utf8', header + 4)).toBe('z'.repeat(length))
    expect(length < 126 ? (frame[1] ?? 0) & 0x7f : frame.readUInt16BE(2)).toBe(length)
  })

  it('counts bytes, not characters', () => {
    expect(clientFrame(opcodes.text, 'äé')[1]).toBe(0x80 | 4)
  })

  it('refuses what no benchmark sends', () => {
    expect(() => clientFrame(opcodes.text, 'x'.repeat(65_536))).toThrow(RangeError)
  })
})
