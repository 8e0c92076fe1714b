import type { LogEntry } from './announcement.ts'

/** Where the hub reads what it missed: the log is the truth (P5). */
export interface LogSource {
  /** The last seq of each of these topics that exists. */
  lastSeqs(topics: readonly string[]): Promise<Map<string, number>>
  /** The entries (after, upTo], without holes. */
  read(topic: string, after: number, upTo: number): Promise<LogEntry[]>
}
