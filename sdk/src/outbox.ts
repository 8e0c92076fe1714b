import type { BackOff } from './back-off.ts'
import { ParleyError, isPassing } from './error.ts'
import type { Message, UserSummary } from './generated/schemas.ts'

/** A message that is not stored yet, as far as this side knows; shown where the stored one will
 *  be. It keeps its `clientId`, so it is stored once however often it is sent (P3). */
export interface OutgoingMessage {
  /** `pending` goes out by itself as soon as it can; `failed` waits for `retry` or `discard`. */
  readonly state: 'pending' | 'failed'
  readonly roomId: string
  readonly clientId: string
  readonly author: UserSummary
  readonly text: string
  readonly style: 'text'
  readonly replyTo: number | null
  /** By this device's clock. */
  readonly createdAt: string
  readonly editedAt: null
  readonly deletedAt: null
  readonly seq?: undefined
  /** Why it failed. */
  readonly error?: ParleyError
}

interface OutboxDeps {
  send: (message: OutgoingMessage) => Promise<Message>
  canSend: () => boolean
  backOff: BackOff
  onStored: (message: Message) => void
  onChange: () => void
}

interface Waiter {
  resolve: (message: Message) => void
  reject: (error: ParleyError) => void
}

/** The messages of one room that wait for their acknowledgement. They go out one after the other:
 *  a refusal that passes must not let a later one overtake. */
export class Outbox {
  readonly #deps: OutboxDeps
  readonly #waiters = new Map<string, Waiter>()
  #messages: readonly OutgoingMessage[] = []
  #sending = false

  constructor(deps: OutboxDeps) {
    this.#deps = deps
  }

  /** In the order they were sent; the same array until something changes. */
  get messages(): readonly OutgoingMessage[] {
    return this.#messages
  }

  /** Resolves with the stored message; rejects where it failed, and stays in the list. */
  add(message: OutgoingMessage): Promise<Message> {
    this.#set([...this.#messages, message])
    return this.#start(message.clientId)
  }

  /** Sends a failed message again. ParleyError `message_not_found` where there is none. */
  retry(clientId: string): Promise<Message> {
    const failed = this.#failed(clientId)
    const again: OutgoingMessage = { ...failed, state: 'pending', error: undefined }
    this.#set(this.#messages.map((other) => (other === failed ? again : other)))
    return this.#start(clientId)
  }

  /** Forgets a failed message. */
  discard(clientId: string): void {
    const failed = this.#failed(clientId)
    this.#set(this.#messages.filter((other) => other !== failed))
  }

  /** Goes on where sending is possible again. */
  resume(): void {
    if (!this.#sending) void this.#sendAll()
  }

  /** It is stored: a reply, an entry or a page says so. */
  confirm(message: Message): void {
    const { clientId } = message
    if (!this.#messages.some((other) => other.clientId === clientId)) return
    this.#set(this.#messages.filter((other) => other.clientId !== clientId))
    this.#waiters.get(clientId)?.resolve(message)
    this.#waiters.delete(clientId)
  }

  /** Nothing more will be sent for now. */
  failAll(error: ParleyError): void {
    for (const { clientId, state } of this.#messages) {
      if (state === 'pending') this.#fail(clientId, error)
    }
  }

  #start(clientId: string): Promise<Message> {
    const stored = new Promise<Message>((resolve, reject) =>
      this.#waiters.set(clientId, { resolve, reject }),
    )
    stored.catch(() => {}) // the list shows it too: nobody has to wait for the promise
    this.resume()
    return stored
  }

  async #sendAll(): Promise<void> {
    const { canSend, backOff } = this.#deps
    this.#sending = true
    for (let next = this.#next(); next && canSend(); next = this.#next()) {
      const error = await this.#send(next)
      if (!error) backOff.reset()
      // A fault of the server may come again for ever: whether to try it again is for people.
      else if (!isPassing(error) || error.code === 'internal') this.#fail(next.clientId, error)
      else {
        const waitMs = backOff.next(error.retryAfterMs)
        if (canSend()) await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    }
    this.#sending = false
  }

  async #send(message: OutgoingMessage): Promise<ParleyError | undefined> {
    try {
      const stored = await this.#deps.send(message)
      this.#deps.onStored(stored)
      this.confirm(stored)
      return undefined
    } catch (error) {
      if (error instanceof ParleyError) return error
      throw error
    }
  }

  #next(): OutgoingMessage | undefined {
    return this.#messages.find(({ state }) => state === 'pending')
  }

  #fail(clientId: string, error: ParleyError): void {
    this.#set(
      this.#messages.map((other) =>
        other.clientId === clientId ? { ...other, state: 'failed', error } : other,
      ),
    )
    this.#waiters.get(clientId)?.reject(error)
    this.#waiters.delete(clientId)
  }

  #failed(clientId: string): OutgoingMessage {
    const found = this.#messages.find(
      (message) => message.clientId === clientId && message.state === 'failed',
    )
    if (found) return found
    throw new ParleyError('message_not_found', 'unable to find the message; none failed so')
  }

  #set(messages: readonly OutgoingMessage[]): void {
    this.#messages = messages
    this.#deps.onChange()
  }
}
