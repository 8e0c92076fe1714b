import type { EndedSessions, LogEntry, UserNews } from './announcement.ts'

/** What one hub tells another; the frame travels beside it, as the text the sockets get. */
export type BusMessage =
  | ({ kind: 'entry' } & Omit<LogEntry, 'frame'>)
  | ({ kind: 'news' } & Omit<UserNews, 'frame'>)
  | { kind: 'ephemeral'; topic: string; except: readonly string[] }
  | ({ kind: 'ended' } & EndedSessions)

/** One line of JSON about the message, then the frame's own text, encoded once for all. */
export function encodeBusMessage(nodeId: string, message: BusMessage, text: string): string {
  return `${JSON.stringify({ nodeId, message })}\n${text}`
}

export function decodeBusMessage(raw: string): {
  nodeId: string
  message: BusMessage
  text: string
} {
  const end = raw.indexOf('\n')
  // Only nodes of this installation can publish; the first line is what encodeBusMessage wrote.
  const { nodeId, message } = JSON.parse(raw.slice(0, end)) as {
    nodeId: string
    message: BusMessage
  }
  return { nodeId, message, text: raw.slice(end + 1) }
}
