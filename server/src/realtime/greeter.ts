import type { Caller } from '../contract/caller.ts'

/** What the service above says to someone who said hello. Realtime knows topics, not rooms. */
export interface Greeter {
  /** The topics this person follows, so that nothing is missed while `greet` reads. */
  topicsOf(userId: string): Promise<string[]>
  /** `ready` and what goes with it, all from one snapshot. */
  greet(caller: Caller, hello: Hello, facts: ConnectionFacts): Promise<Greeting>
  /** How often each person's state has changed (L4). */
  stateSeqs(userIds: readonly string[]): Promise<Map<string, number>>
}

export interface Hello {
  epoch?: string | undefined
  /** The last entry the client has, by its own name of the topic. */
  cursors: Readonly<Record<string, number>>
}

/** What `ready` says of the connection itself. */
export interface ConnectionFacts {
  connectionId: string
  heartbeatMs: number
}

export interface Greeting {
  /** Sent in this order before any event. */
  frames: object[]
  /** The person's state these frames hold: news up to it are not sent again (L4). */
  userSeq: number
  /** Each topic with the last entry the client has of it, and the last one `frames` speak of. */
  topics: { topic: string; after: number; upTo: number; joinedSeq: number }[]
}
