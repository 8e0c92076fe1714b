/** What the parent and its workers say to each other, over the channel that node:cluster opens. */
import type { MetricsSnapshot } from '../infra/metrics.ts'

/** What a worker needs to know beyond the settings, which it reads itself. */
export interface StartOrder {
  databaseUrl: string
  /** Whether it removes what has run out, for all of them. */
  runsJobs: boolean
}

export type FromWorker =
  | { kind: 'ready-for-order' }
  | { kind: 'listening'; url: string }
  /** The sentence that a single process would end with. */
  | { kind: 'failed'; sentence: string }
  | { kind: 'snapshot'; snapshot: MetricsSnapshot }
  | { kind: 'metrics-wanted'; asked: number }

export type FromParent =
  | { kind: 'start'; order: StartOrder }
  | { kind: 'drain' }
  | { kind: 'snapshot-wanted' }
  | { kind: 'metrics'; asked: number; text: string }
