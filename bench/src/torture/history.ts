/** What a run recorded: everything clients did and saw, by one clock. The checker reads nothing else. */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import type { AnyFrame, LogEntry, Message } from '@parley/client'

/** What a call was to do. */
export type Work =
  | { what: 'send'; clientId: string; text: string; replyTo: number | null }
  | { what: 'edit'; seq: number; text: string }
  | { what: 'delete'; seq: number }
  | { what: 'mark'; seq: number }
  | { what: 'messages' }
  | { what: 'log' }
  | { what: 'join' | 'leave' }
  | { what: 'add' | 'remove'; userId: string }
  | { what: 'logout' }

/** A command or request. Times are milliseconds since the run began. */
export interface Call {
  id: number
  by: string
  session: string
  /** Empty where the work concerns no room. */
  room: string
  node: number
  /** The connection it went over; null over HTTP. */
  connection: number | null
  begin: number
  end: number | null
  work: Work
  /** `open` before its end, `ok`, `lost` where no answer came, else the code of the refusal. */
  outcome: string
  /** Of a send, an edit, a delete. */
  stored?: { seq: number; version: number; repeated: boolean }
  readSeq?: number
  /** Of a read: the room's head, and what was read of (after, upTo]. */
  page?: Page
}

export interface Page {
  lastSeq: number
  /** The range the page must hold all of. */
  after: number
  upTo: number
  messages?: readonly Message[]
  entries?: readonly LogEntry[]
}

/** One socket, from its hello to its end. */
export interface Connection {
  id: number
  by: string
  session: string
  node: number
  opened: number
  /** What it said in hello. */
  epoch: string | null
  cursors: Readonly<Record<string, number>>
  /** Everything but replies and what nobody misses, in order. Equal frames are one object. */
  frames: { at: number; frame: AnyFrame }[]
  /** When it did not read. */
  stalls: { from: number; to: number | null }[]
  closed: number | null
  code: number | null
}

export interface Place {
  id: string
  kind: 'direct' | 'group' | 'channel'
  history: 'all' | 'sinceJoin'
}

/** A room as it is at the end. */
export interface Final {
  room: string
  lastSeq: number
  log: readonly LogEntry[]
  messages: readonly Message[]
}

export interface FaultWindow {
  fault: string
  about: string
  from: number
  to: number
}

/** The calls whose outcome nobody knows: they may have happened. */
export const unknownOutcomes: readonly string[] = ['open', 'lost', 'outcome_unknown', 'internal']

export class History {
  readonly rooms: Place[] = []
  readonly calls: Call[] = []
  readonly connections: Connection[] = []
  readonly finals: Final[] = []
  readonly faults: FaultWindow[] = []
  /** When everything had come to rest: who is connected then must hold everything. */
  rested: number | null = null
  readonly #began = performance.now()

  /** Milliseconds since the run began. */
  now(): number {
    return performance.now() - this.#began
  }

  /** One JSON object a line. */
  async write(file: string): Promise<void> {
    const stream = createWriteStream(file)
    const kinds = ['rooms', 'calls', 'connections', 'finals', 'faults'] as const
    for (const kind of kinds) {
      for (const record of this[kind]) {
        if (!stream.write(`${JSON.stringify({ kind, record })}\n`)) await once(stream, 'drain')
      }
    }
    stream.end(JSON.stringify({ kind: 'rested', record: this.rested }))
    await once(stream, 'finish')
  }
}
