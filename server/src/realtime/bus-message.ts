import type { EndedSessions, LogEntry, UserNews } from './announcement.ts'

/** What one hub tells another; the frames travel beside it, as the texts the sockets get. */
export type BusMessage =
  | { kind: 'entries'; topic: string; entries: readonly Omit<LogEntry, 'topic' | 'frame'>[] }
  | ({ kind: 'news' } & Omit<UserNews, 'frame'>)
  | { kind: 'ephemeral'; topic: string; except: readonly string[] }
  | ({ kind: 'ended' } & EndedSessions)

/** Who sends, what about, then each frame's own text, encoded once for all: a line each. */
export function encodeBusMessage(
  nodeId: string,
  message: BusMessage,
  texts: readonly string[],
): string {
  return [nodeId, JSON.stringify(message), ...texts].join('\n')
}

/** Undefined for what this node sent itself: it delivered that before it published it. */
export function decodeBusMessage(
  raw: string,
  ownNodeId: string,
): { message: BusMessage; texts: string[] } | undefined {
  if (raw.startsWith(`${ownNodeId}\n`)) return undefined
  const [, line = '', ...texts] = raw.split('\n')
  // Only nodes of this installation can publish: the line is what encodeBusMessage wrote.
  return { message: JSON.parse(line) as BusMessage, texts }
}
