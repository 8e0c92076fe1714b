/** Called with the payload's place in a buffer that is only good during the call. */
export type FrameHandler = (opcode: number, bytes: Buffer, start: number, end: number) => void

const empty = Buffer.alloc(0)
const longestHeader = 10

/** Finds the frames of a server (RFC 6455, unmasked, unfragmented) in what a socket reads, without
 *  copying any but those that two reads share: the client must cost less than the server. */
export class FrameReader {
  readonly #handle: FrameHandler
  #rest = empty

  constructor(handle: FrameHandler) {
    this.#handle = handle
  }

  read(bytes: Buffer, start: number, end: number): void {
    let at = this.#rest.length > 0 ? this.#complete(bytes, start, end) : start
    if (this.#rest.length > 0) {
      this.#rest = Buffer.concat([this.#rest, bytes.subarray(at, end)])
      return // still the same frame: these bytes begin none
    }
    for (let size = frameSize(bytes, at, end); size > 0 && at + size <= end;) {
      this.#emit(bytes, at, at + size)
      at += size
      size = frameSize(bytes, at, end)
    }
    if (at < end) this.#rest = Buffer.from(bytes.subarray(at, end))
  }

  /** Ends the frame whose beginning an earlier read brought; where the next one starts. */
  #complete(bytes: Buffer, start: number, end: number): number {
    const rest = this.#rest
    const head = Buffer.concat([rest, bytes.subarray(start, Math.min(end, start + longestHeader))])
    const size = frameSize(head, 0, head.length)
    const missing = size - rest.length
    if (size === 0 || start + missing > end) return start
    const frame = Buffer.concat([rest, bytes.subarray(start, start + missing)])
    this.#rest = empty
    this.#emit(frame, 0, size)
    return start + missing
  }

  #emit(bytes: Buffer, at: number, end: number): void {
    const first = bytes[at] ?? 0
    if ((first & 0x80) === 0) throw new Error('the server sent a fragmented frame')
    this.#handle(first & 0x0f, bytes, at + headerSize(bytes, at), end)
  }
}

function headerSize(bytes: Buffer, at: number): number {
  const length = (bytes[at + 1] ?? 0) & 0x7f
  if (length < 126) return 2
  return length === 126 ? 4 : 10
}

/** Header and payload; 0 where the header is not whole yet. */
function frameSize(bytes: Buffer, at: number, end: number): number {
  if (end - at < 2) return 0
  const header = headerSize(bytes, at)
  if (end - at < header) return 0
  if (header === 2) return 2 + ((bytes[at + 1] ?? 0) & 0x7f)
  if (header === 4) return 4 + bytes.readUInt16BE(at + 2)
  return 10 + Number(bytes.readBigUInt64BE(at + 2))
}

export const opcodes = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const

/** A client's frame, masked with zeros: legal, and it costs the client nothing. */
export function clientFrame(opcode: number, payload: string): Buffer {
  const length = Buffer.byteLength(payload)
  if (length > 0xffff) throw new RangeError('no benchmark sends so much in one frame')
  const header = length < 126 ? 2 : 4
  const frame = Buffer.allocUnsafe(header + 4 + length)
  frame[0] = 0x80 | opcode
  if (header === 2) frame[1] = 0x80 | length
  else {
    frame[1] = 0x80 | 126
    frame.writeUInt16BE(length, 2)
  }
  frame.writeUInt32BE(0, header)
  frame.write(payload, header + 4)
  return frame
}
