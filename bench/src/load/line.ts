import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Dialect, Reaction } from './dialect.ts'
import { clientFrame, FrameReader, opcodes } from './frame-reader.ts'

export interface Address {
  host: string
  port: number
}

interface LineDeps {
  address: Address
  dialect: Dialect
  token: string
  rooms: readonly string[]
  cursors?: Readonly<Record<string, number>> | undefined
  /** A message, an acknowledgement or a refusal. */
  onFrame: (bytes: Buffer, start: number, end: number) => void
  /** The last entry of each of its rooms, as of the greeting. */
  onHeads: (heads: Readonly<Record<string, number>>) => void
  /** What was missed of this room is not replayed. */
  onReset: (room: string) => void
  onLive: () => void
  onClose: (reason: string) => void
}

/** All sockets of a process read into it, one after the other. */
const readBuffer = Buffer.allocUnsafe(256 * 1024)
const blankLine = Buffer.from('\r\n\r\n')

/** One WebSocket as a raw TCP connection: upgrade, frames in, frames out. */
export class Line {
  readonly #deps: LineDeps
  readonly #socket: Socket
  readonly #reader: FrameReader
  #upgraded = false
  #greeted = false
  #response = ''
  #closeReason = 'the connection was cut'

  constructor(deps: LineDeps) {
    this.#deps = deps
    this.#reader = new FrameReader((opcode, bytes, start, end) =>
      this.#frame(opcode, bytes, start, end),
    )
    const callback = (size: number, bytes: Uint8Array): boolean => {
      // What a call sends while it reads leaves in one write, as with any client library that corks.
      this.#socket.cork()
      this.#read(bytes as Buffer, size) // readBuffer, as given
      this.#socket.uncork()
      return true
    }
    const { address } = deps
    this.#socket = connect({ ...address, noDelay: true, onread: { buffer: readBuffer, callback } })
    this.#socket.once('connect', () => this.#socket.write(this.#upgradeRequest()))
    this.#socket.on('error', (error) => (this.#closeReason = error.message))
    this.#socket.once('close', () => deps.onClose(this.#closeReason))
  }

  send(text: string): void {
    this.#socket.write(clientFrame(opcodes.text, text))
  }

  close(): void {
    this.#closeReason = 'closed by the benchmark'
    this.#socket.destroy()
  }

  #upgradeRequest(): string {
    const { address, dialect } = this.#deps
    const protocol = dialect.protocol ? `Sec-WebSocket-Protocol: ${dialect.protocol}\r\n` : ''
    return (
      `GET ${dialect.path} HTTP/1.1\r\nHost: ${address.host}:${address.port}\r\n` +
      `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n${protocol}\r\n`
    )
  }

  #read(bytes: Buffer, size: number): void {
    const start = this.#upgraded ? 0 : this.#readResponse(bytes, size)
    if (this.#upgraded) this.#reader.read(bytes, start, size)
  }

  /** Where the frames after the response begin. */
  #readResponse(bytes: Buffer, size: number): number {
    const end = bytes.subarray(0, size).indexOf(blankLine)
    if (end < 0) {
      this.#response += bytes.toString('latin1', 0, size)
      return size
    }
    this.#response += bytes.toString('latin1', 0, end)
    if (!this.#response.startsWith('HTTP/1.1 101')) {
      this.#socket.destroy(new Error(this.#response.split('\r\n')[0]))
      return size
    }
    this.#upgraded = true
    if (!this.#deps.dialect.serverSpeaksFirst) this.#greet()
    return end + blankLine.length
  }

  #greet(): void {
    this.#greeted = true
    const { dialect, token, cursors } = this.#deps
    const hello = dialect.hello(token, cursors)
    if (hello !== undefined) this.send(hello)
  }

  #frame(opcode: number, bytes: Buffer, start: number, end: number): void {
    if (opcode === opcodes.text) return this.#text(bytes, start, end)
    if (opcode === opcodes.ping) this.#socket.write(clientFrame(opcodes.pong, ''))
    if (opcode === opcodes.close) {
      this.#closeReason = `closed ${bytes.readUInt16BE(start)} ${bytes.toString('utf8', start + 2, end)}`
      this.#socket.end()
    }
  }

  #text(bytes: Buffer, start: number, end: number): void {
    const { dialect, onFrame } = this.#deps
    if (!this.#greeted) return this.#greet()
    if (dialect.kindOf(bytes, start) !== 'other') return onFrame(bytes, start, end)
    this.#react(dialect.react(bytes.toString('utf8', start, end), this.#deps))
  }

  #react(reaction: Reaction): void {
    const { onLive, onHeads, onReset } = this.#deps
    switch (reaction.do) {
      case 'nothing':
        return
      case 'start':
        return onLive()
      case 'answer':
        return this.send(reaction.text)
      case 'learn':
        return onHeads(reaction.heads)
      case 'reset':
        return onReset(reaction.room)
      case 'leave':
        this.#socket.destroy(new Error(reaction.reason))
    }
  }
}
