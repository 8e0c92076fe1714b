import type { Faults, SenderTotal } from './delivery-check.ts'
import type { LoadSpec } from './load.ts'
import type { MemberSpec } from './member.ts'

export type DialectName = 'parley' | 'socketio' | 'ejabberd'

export interface OpenSpec {
  dialect: DialectName
  members: readonly MemberSpec[]
  /** Members come back after a lost connection, with what they had. */
  returns: boolean
  /** Connections that are opened at a time. */
  atOnce: number
}

/** What was counted up to a moment. */
export interface Counts {
  /** By performance.now() of that process, in milliseconds. */
  at: number
  live: number
  acked: number
  delivered: number
}

/** Latencies in buckets, as Latencies.counts. */
export interface Timings {
  acks: readonly number[]
  deliveries: readonly number[]
  lateness: readonly number[]
}

/** What a load process is asked, and what it answers. */
export interface Requests {
  open: { input: OpenSpec; answer: undefined }
  /** Starts a run; processes without senders take part with an empty list. */
  start: { input: LoadSpec; answer: undefined }
  /** Counts now; with `restart`, latencies are measured from now on. */
  count: { input: { restart: boolean }; answer: Counts }
  /** By member, in milliseconds since 1970; null where it is not live. */
  liveSince: { input: undefined; answer: (number | null)[] }
  stop: {
    input: { patienceMs: number }
    /** `unanswered`: messages without an acknowledgement when the patience was over. */
    answer: { totals: SenderTotal[]; unanswered: number; timings: Timings }
  }
  verify: { input: { totals: readonly SenderTotal[]; patienceMs: number }; answer: Faults }
  close: { input: undefined; answer: undefined }
}

export type RequestName = keyof Requests

export interface Request {
  id: number
  name: RequestName
  input: unknown
}

export interface Response {
  id: number
  answer?: unknown
  error?: string
}
