/** Lets everyone say what the log says, at a chosen speed, and waits until all of it has arrived. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Message, ParleyClient } from '@parley/client'
import type { IrcMessage } from '../server/src/import/irc-log.ts'
import type { Gathering } from './demo-crowd.ts'
import type { Tally } from './demo-tally.ts'

/** After so long without one more delivery, what is missing is lost. */
const patienceMs = 10_000

interface Replay {
  messages: readonly IrcMessage[]
  gathering: Gathering
  tally: Tally
  /** Messages a second. */
  speed: number
  /** Ends the replay early; what was sent until then counts. */
  signal: AbortSignal
}

/** Resolves when everything sent was acknowledged or refused. */
export async function replay({ messages, gathering, tally, speed, signal }: Replay): Promise<void> {
  const began = performance.now()
  const sending: Promise<void>[] = []
  for (const [at, message] of messages.entries()) {
    const waitMs = began + (at * 1000) / speed - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    if (signal.aborted) break
    sending.push(say(message, gathering, tally))
  }
  await Promise.all(sending)
}

async function say(message: IrcMessage, gathering: Gathering, tally: Tally): Promise<void> {
  const { roomId: room, connectionOf } = gathering
  const clientId = randomUUID()
  const text = message.style === 'action' ? `/me ${message.text}` : message.text
  tally.send(clientId)
  try {
    tally.acknowledge(
      await connectionOf(message.nick).send('message.send', { room, clientId, text }),
    )
  } catch {
    // Refused or unanswered: the tally has it as sent and not acknowledged.
  }
}

/** Resolves when everyone has heard everything, or nothing more is coming. */
export async function arrival(tally: Tally): Promise<void> {
  let before = -1
  let since = performance.now()
  while (tally.delivered < tally.due && performance.now() - since < patienceMs) {
    if (tally.delivered !== before) since = performance.now()
    before = tally.delivered
    await sleep(20)
  }
  await sleep(100) // whatever comes twice comes now
}

/** The room's messages as the server keeps them, read back over HTTP. */
export async function readBack(reader: ParleyClient, roomId: string): Promise<Message[]> {
  const messages: Message[] = []
  for (;;) {
    const query = { after: messages.at(-1)?.seq ?? 0, limit: 200 }
    const { data } = await reader.http.GET('/v1/rooms/{roomId}/messages', {
      params: { path: { roomId }, query },
    })
    messages.push(...data.items)
    if (!data.hasAfter) return messages
  }
}
