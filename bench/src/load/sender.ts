import { firstId } from './dialect.ts'
import type { Dialect } from './dialect.ts'
import { digits, markedText } from './marker.ts'

export interface SenderSpec {
  /** Its place in texts; unique in a run, over all processes. */
  sender: number
  /** The member whose connection it uses. */
  member: number
  room: string
}

interface SenderDeps {
  spec: SenderSpec
  dialect: Dialect
  run: number
  textBytes: number
  send: (text: string) => void
}

/** Numbers its messages from 1, and keeps each until it is acknowledged. */
export class Sender {
  readonly spec: SenderSpec
  readonly #deps: SenderDeps
  /** By number, those without an acknowledgement: when they were meant to be sent. */
  readonly #pending = new Map<number, number>()
  #last = 0

  constructor(deps: SenderDeps) {
    this.spec = deps.spec
    this.#deps = deps
  }

  get sent(): number {
    return this.#last
  }

  get waiting(): number {
    return this.#pending.size
  }

  /** Sends the next message. `meant`: its latency counts from then, by performance.now(). */
  send(meant: number): number {
    const number = ++this.#last
    this.#pending.set(number, meant)
    this.#write(number)
    return number
  }

  /** When the acknowledged message was meant to be sent; undefined where it was acknowledged before. */
  acknowledge(id: number): number | undefined {
    const number = id - firstId
    const meant = this.#pending.get(number)
    this.#pending.delete(number)
    return meant
  }

  /** Sends again, in order and with the same ids, what a lost connection left without an answer. */
  repeat(): void {
    for (const number of this.#pending.keys()) this.#write(number)
  }

  #write(number: number): void {
    const { spec, dialect, run, textBytes, send } = this.#deps
    const { sender, room } = spec
    send(
      dialect.send({
        id: firstId + number,
        room,
        // A UUID in shape, and a different one for every message of every run.
        clientId: `${digits(run, 8)}-0000-4000-8000-${digits(sender, 4)}${digits(number, 8)}`,
        text: markedText({ run, sender, number }, textBytes),
      }),
    )
  }
}
