/** Carries news between nodes: at most once, in order from one publisher on one channel (P5). */
export interface Bus {
  /** Never throws and never waits; lost where the broker is away. */
  publish(channel: string, message: string): void
  /** Resolves when the broker has confirmed; where it is away after a second, and at once where it
   *  has been away for longer: it subscribes by itself once it is back. */
  subscribe(channel: string, receive: (message: string) => void): Promise<void>
  unsubscribe(channel: string, receive: (message: string) => void): Promise<void>
  /** False where certainly nobody but this receiver would hear: nothing needs to be published. */
  mayReachOthers(channel: string, receive: (message: string) => void): boolean
  /** Whether news between nodes flow right now. */
  readonly isUp: boolean
  /** The listener hears when the broker is back after it was away, and when another node says that
   *  it could not publish for a while. */
  onReturn(listener: () => void): void
  /** Rejects where the broker does not answer within a second. */
  ping(): Promise<void>
  close(): Promise<void>
}
