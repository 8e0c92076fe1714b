import type { Bus } from './bus.ts'

type Receive = (message: string) => void

/** The bus of a single process: every subscriber of it gets what is published, in order. */
export class MemoryBus implements Bus {
  readonly isUp = true
  readonly #channels = new Map<string, Set<Receive>>()

  publish(channel: string, message: string): void {
    for (const receive of this.#channels.get(channel) ?? []) queueMicrotask(() => receive(message))
  }

  async subscribe(channel: string, receive: Receive): Promise<void> {
    const known = this.#channels.get(channel)
    if (known) known.add(receive)
    else this.#channels.set(channel, new Set([receive]))
  }

  async unsubscribe(channel: string, receive: Receive): Promise<void> {
    const known = this.#channels.get(channel)
    known?.delete(receive)
    if (known?.size === 0) this.#channels.delete(channel)
  }

  mayReachOthers(channel: string, receive: Receive): boolean {
    const listening = this.#channels.get(channel)
    return listening !== undefined && listening.size > (listening.has(receive) ? 1 : 0)
  }

  onReturn(): void {
    // It is never away.
  }

  async ping(): Promise<void> {
    // A process reaches itself.
  }

  async close(): Promise<void> {
    this.#channels.clear()
  }
}
