import { WebSocket } from 'ws'
import type { AnyFrame } from '@parley/client'
import type { Connection, History } from '../history.ts'
import type { Interner } from './interner.ts'

/** What came back: a reply, or nothing (lost). */
export type Reply = { ok: true; data: unknown } | { ok: false; code: string }

export interface SocketOptions {
  history: History
  interner: Interner
  url: string
  node: number
  by: string
  session: string
  token: string
  epoch: string | null
  cursors: Readonly<Record<string, number>>
  onFrame: (frame: AnyFrame) => void
}

const replyMs = 20_000
/** Frames nobody misses: they would only fill the history. */
const unrecorded: readonly string[] = ['ping', 'typing', 'receipt', 'presence']

let lastId = 0

/** One raw socket of a device: says hello, records what comes. */
export class Socket {
  readonly record: Connection
  readonly closed: Promise<number>
  readonly #ws: WebSocket
  readonly #options: SocketOptions
  readonly #replies = new Map<number, (reply: Reply | null) => void>()
  #asked = 0

  constructor(options: SocketOptions) {
    const { history, node, by, session, epoch, cursors } = options
    this.#options = options
    const opened = history.now()
    const record = { id: ++lastId, by, session, node, opened, epoch, cursors: { ...cursors } }
    this.record = { ...record, frames: [], stalls: [], closed: null, code: null }
    history.connections.push(this.record)
    const url = `${options.url.replace('http', 'ws')}/v1/socket`
    this.#ws = new WebSocket(url, 'parley.v1', { handshakeTimeout: replyMs })
    this.#ws.on('message', (data: Buffer) => this.#hear(data.toString()))
    this.#ws.on('error', () => undefined) // `close` follows
    this.closed = new Promise((resolve) => {
      this.#ws.once('close', (code) => resolve(this.#end(code)))
    })
  }

  /** Whether it became somebody's. */
  async hello(): Promise<boolean> {
    const opened = new Promise<boolean>((resolve) => {
      this.#ws.once('open', () => resolve(true))
      void this.closed.then(() => resolve(false))
    })
    if (!(await opened)) return false
    const { token, epoch, cursors } = this.#options
    const input = { token, cursors, ...(epoch !== null && { epoch }) }
    const reply = await this.ask('hello', input)
    return reply?.ok === true
  }

  get isOpen(): boolean {
    return this.#ws.readyState === WebSocket.OPEN
  }

  /** Null where the answer was lost, or does not come. */
  ask(type: string, input: object): Promise<Reply | null> {
    if (!this.isOpen) return Promise.resolve(null)
    const id = ++this.#asked
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(null), replyMs)
      const settle = (reply: Reply | null): void => {
        clearTimeout(timer)
        this.#replies.delete(id)
        resolve(reply)
      }
      this.#replies.set(id, settle)
      this.#ws.send(JSON.stringify({ ...input, id, type }))
    })
  }

  /** Sends bytes no client would. */
  sayRaw(data: string | Buffer, binary = false): void {
    if (this.isOpen) this.#ws.send(data, { binary })
  }

  /** Reads nothing until `read`. */
  stall(): void {
    this.#ws.pause()
    this.record.stalls.push({ from: this.#options.history.now(), to: null })
  }

  read(): void {
    const stall = this.record.stalls.at(-1)
    if (stall && stall.to === null) stall.to = this.#options.history.now()
    this.#ws.resume()
  }

  /** Ends without a closing handshake. */
  terminate(): void {
    this.#ws.terminate()
  }

  #hear(text: string): void {
    if (text.startsWith('{"re":')) return this.#settle(text)
    const frame = this.#options.interner.parse(text)
    if (unrecorded.includes(frame.type)) return
    this.record.frames.push({ at: this.#options.history.now(), frame })
    this.#options.onFrame(frame)
  }

  #settle(text: string): void {
    const reply = JSON.parse(text) as {
      re: number | null
      ok: boolean
      data?: unknown
      error?: { code: string }
    }
    const code = reply.error?.code ?? 'internal'
    const settle = reply.re === null ? undefined : this.#replies.get(reply.re)
    settle?.(reply.ok ? { ok: true, data: reply.data } : { ok: false, code })
  }

  #end(code: number): number {
    this.record.closed = this.#options.history.now()
    this.record.code = code
    for (const settle of this.#replies.values()) settle(null)
    return code
  }
}
