import { ParleyError, errorOfReply } from './error.ts'
import type { ErrorReply } from './generated/schemas.ts'

/** A reply to any command, as it comes off the line. */
export type AnyReply = ErrorReply | { re: number; ok: true; data: unknown }

interface Pending {
  resolve: (data: unknown) => void
  reject: (error: ParleyError) => void
  timer: ReturnType<typeof setTimeout>
}

/** The commands that wait for their reply, by their number. */
export class PendingReplies {
  readonly #timeoutMs: number
  readonly #pending = new Map<number, Pending>()
  #lastId = 0

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  /** Sends with a new number and waits for the reply of that number. */
  ask(type: string, send: (id: number) => void): Promise<unknown> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#expire(id, type), this.#timeoutMs)
      this.#pending.set(id, { resolve, reject, timer })
      send(id)
    })
  }

  settle(reply: AnyReply): void {
    const pending = reply.re === null ? undefined : this.#take(reply.re)
    if (!pending) return // came after its time was up
    if (reply.ok) pending.resolve(reply.data)
    else pending.reject(errorOfReply(reply))
  }

  failAll(error: ParleyError): void {
    for (const id of this.#pending.keys()) this.#take(id)?.reject(error)
  }

  #expire(id: number, type: string): void {
    const message = `unable to learn the outcome of ${type}; no reply came in ${this.#timeoutMs} ms`
    this.#take(id)?.reject(new ParleyError('timeout', message))
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    clearTimeout(pending?.timer)
    this.#pending.delete(id)
    return pending
  }
}
