/** What every reader must see alike: invariant 4. */
import type { LogEntry, Message } from '@parley/client'
import type { History } from '../history.ts'
import { contentOf, identityOf, isVeiled, messageOf } from './entry.ts'
import type { Findings } from './findings.ts'
import { shown } from './log-checks.ts'
import type { Truth } from './truth.ts'

export function checkOneIdentity(history: History, truth: Truth, findings: Findings): void {
  for (const entry of shown(history)) {
    const room = truth.rooms.get(entry.room)
    const identity = room?.identities.get(entry.seq)
    if (identity !== undefined && identity !== identityOf(entry)) {
      findings.add(4, 'one place, two entries', { entry, final: room?.entries.get(entry.seq) })
    }
    if (isVeiled(entry) && room?.place.history === 'all') {
      findings.add(4, 'a text was hidden where everybody may see it', { entry })
    }
    checkContentAge(entry, findings)
  }
}

/** Never older than the entry (P2). */
function checkContentAge(entry: LogEntry, findings: Findings): void {
  const message = messageOf(entry)
  if (message && message.version < entry.seq) {
    findings.add(4, 'an entry shows its message as it was before', { entry })
  }
}

export function checkOneContent(history: History, _truth: Truth, findings: Findings): void {
  const known = new Map<string, Message>()
  for (const message of messagesShown(history)) {
    const key = `${message.roomId} ${message.seq} ${message.version}`
    const first = known.get(key)
    if (!first) known.set(key, message)
    else if (first !== message && contentOf(first) !== contentOf(message)) {
      findings.add(4, 'one version, two contents', { first, second: message })
    }
  }
}

function* messagesShown(history: History): Generator<Message> {
  for (const entry of shown(history)) {
    const message = isVeiled(entry) ? undefined : messageOf(entry)
    if (message) yield message
  }
  for (const { messages } of history.finals) yield* messages
  for (const { page } of history.calls) yield* page?.messages ?? []
}
