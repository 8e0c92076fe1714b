/** A WebSocket client that keeps to no protocol: for what the SDK would never do. */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { ClientOptions, RawData } from 'ws'

export interface RawFrame {
  type?: string
  re?: number | null
  ok?: boolean
  data?: Record<string, unknown>
  error?: { code: string; message: string; retryAfterMs?: number; requestId?: string }
  [field: string]: unknown
}

interface OpenOptions extends Omit<ClientOptions, 'protocol'> {
  protocol?: string | null
}

export class RawSocket {
  readonly ws: WebSocket
  /** All that came, in order. */
  readonly frames: RawFrame[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  #waiting: (() => void)[] = []
  #id = 0

  private constructor(ws: WebSocket) {
    this.ws = ws
    this.closed = new Promise((resolve) => {
      ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
    ws.on('message', (data: RawData) => {
      // Text frames arrive as one Buffer; ws has its other forms for binaryType only.
      this.frames.push(JSON.parse((data as Buffer).toString()) as RawFrame)
      this.#wake()
    })
    ws.on('close', () => this.#wake())
    ws.on('error', () => this.#wake())
  }

  /** Rejects with the status where the upgrade is refused. */
  static async open(url: string, { protocol = 'parley.v1', ...options }: OpenOptions = {}) {
    const address = `${url.replace(/^http/, 'ws')}/v1/socket`
    const ws = new WebSocket(address, protocol ?? [], options)
    const raw = new RawSocket(ws)
    await new Promise<void>((resolve, reject) => {
      ws.once('open', resolve)
      ws.once('unexpected-response', (_, { statusCode }) => reject(new Error(`${statusCode}`)))
      ws.once('error', reject)
    })
    return raw
  }

  /** Opened and greeted: ready has come. */
  static async ready(url: string, token: string, options?: OpenOptions): Promise<RawSocket> {
    const raw = await RawSocket.open(url, options)
    raw.say({ id: 0, type: 'hello', token })
    await raw.frame(({ type }) => type === 'live')
    return raw
  }

  say(frame: object | string): void {
    this.ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /** Says a command and waits for its reply. */
  async ask(type: string, input: object = {}): Promise<RawFrame> {
    const id = ++this.#id
    this.say({ id, type, ...input })
    return this.frame(({ re }) => re === id)
  }

  /** The first frame that fits, of those that came and those to come. Rejects where the socket closes first. */
  async frame(fits: (frame: RawFrame) => boolean): Promise<RawFrame> {
    for (let at = 0; ; at++) {
      while (at >= this.frames.length) {
        if (this.ws.readyState === WebSocket.CLOSED) throw new Error('the socket has closed')
        await new Promise<void>((resolve) => this.#waiting.push(resolve))
      }
      const frame = this.frames[at]
      if (frame && fits(frame)) return frame
    }
  }

  async end(): Promise<void> {
    if (this.ws.readyState === WebSocket.CLOSED) return
    this.ws.terminate()
    await once(this.ws, 'close')
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

export const refusalOf = ({ re, ok, error }: RawFrame) => ({ re, ok, code: error?.code })
