import type { EndedSessions, LogEntry, UserNews } from './announcement.ts'

/** What one hub tells another; the frame travels beside it, as the text the sockets get. */
export type BusMessage =
  | ({ kind: 'entry' } & Omit<LogEntry, 'frame'>)
  | ({ kind: 'news' } & Omit<UserNews, 'frame'>)
  | { kind: 'ephemeral'; topic: string; except: readonly string[] }
  | ({ kind: 'ended' } & EndedSessions)

/** Who sends, what about, then the frame's own text, encoded once for all: a line each. */
export function encodeBusMessage(nodeId: string, message: BusMessage, text: string): string {
  return `${nodeId}\n${JSON.stringify(message)}\n${text}`
}

/** Undefined for what this node sent itself: it delivered that before it published it. */
export function decodeBusMessage(
  raw: string,
  ownNodeId: string,
): { message: BusMessage; text: string } | undefined {
  if (raw.startsWith(`${ownNodeId}\n`)) return undefined
  const begin = raw.indexOf('\n') + 1
  const end = raw.indexOf('\n', begin)
  // Only nodes of this installation can publish: the line is what encodeBusMessage wrote.
  const message = JSON.parse(raw.slice(begin, end)) as BusMessage
  return { message, text: raw.slice(end + 1) }
}
