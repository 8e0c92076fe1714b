import type { Scope } from '../contract/scopes.ts'

// What services hand to the hub after a commit. The hub knows topics, users and sessions; it
// knows no chat (H5).

/** A frame as an object, or already encoded. */
export type Frame = Readonly<Record<string, unknown>>

/** One entry of a topic's dense log. */
export interface LogEntry {
  topic: string
  seq: number
  frame: Frame
  /** The user whose sockets leave the topic behind this entry, where they joined before it (H4). */
  detach?: string
  /** What these users get in its place: they may not see all of it (L6). */
  veil?: { userIds: readonly string[]; frame: Frame }
}

/** A frame for all sockets of one user. */
export interface UserNews {
  userId: string
  frame: Frame
  /** What sockets of a token without this scope get in its place. */
  veil?: { scope: Scope; frame: Frame }
  /** The topic these sockets follow from now on, and the last entry they know of it. */
  attach?: { topic: string; after: number }
  /** The topic they no longer follow: a second way out, should the log entry be lost. */
  detach?: { topic: string; before: number }
}

/** A frame nobody misses: it may be merged or dropped. */
export interface Ephemeral {
  topic: string
  frame: Frame
  /** Users who do not get it: the actor, and whoever has a block with the actor (E4). */
  except?: readonly string[]
}

/** Sessions that ended: their sockets close with 4502 on every node (P6). */
export interface EndedSessions {
  userId: string
  /** `all`: every session of the user, as when the account is suspended or deleted. */
  sessionIds: readonly string[] | 'all'
}

/** The hub as services see it. Calls never throw and never wait: delivery is an optimisation of
 *  the log (P5). */
export interface Announcer {
  publish(entries: readonly LogEntry[]): void
  tell(news: UserNews): void
  whisper(ephemeral: Ephemeral): void
  endSessions(ended: EndedSessions): void
}
