/** Carries news between nodes: at most once, in order from one publisher on one channel (P5). */
export interface Bus {
  publish(channel: string, message: string): void
  /** Resolves when the broker has confirmed: what is published after that arrives. */
  subscribe(channel: string, receive: (message: string) => void): Promise<void>
  unsubscribe(channel: string): Promise<void>
  /** Rejects where the broker does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}
