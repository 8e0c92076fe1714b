/** Whole frames that leave together: one object for every socket that gets them (H6). */
export interface Packet {
  readonly bytes: Buffer
  readonly frames: number
  /** May be dropped where the reader is slow (S6). */
  readonly isEphemeral: boolean
}

/** One text frame as a packet of its own. */
export function textPacket(text: string, isEphemeral = false): Packet {
  return { bytes: encodeText(text), frames: 1, isEphemeral }
}

/** Durable frames in this order, joined once for all who get them. */
export function joinFrames(frames: readonly Buffer[]): Packet {
  const [first] = frames
  const bytes = frames.length === 1 && first ? first : Buffer.concat(frames)
  return { bytes, frames: frames.length, isEphemeral: false }
}

/** A whole unmasked text frame (RFC 6455, 5.2): encoded once, written to any number of sockets. */
export function encodeText(text: string): Buffer {
  return encode(0x1, text)
}

/** A ping frame with no payload. */
export function encodePing(): Buffer {
  return encode(0x9, '')
}

function encode(opcode: number, text: string): Buffer {
  const length = Buffer.byteLength(text)
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerLength + length)
  frame[0] = 0x80 | opcode
  if (headerLength === 2) frame[1] = length
  else if (headerLength === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(text, headerLength)
  return frame
}
