// `npm run demo [-- FILE] [--speed N] [--seed N]`: a whole IRC channel talks through a real server,
// everyone on a socket of her own; then every message is looked for on every one of them.
import { parseArgs } from 'node:util'
import { readIrcFile } from '../server/src/import/irc-file.ts'
import { readIrcLog } from '../server/src/import/irc-log.ts'
import type { IrcMessage } from '../server/src/import/irc-log.ts'
import { madeUpConversation } from './demo-conversation.ts'
import { gather } from './demo-crowd.ts'
import { arrival, readBack, replay } from './demo-replay.ts'
import { Screen } from './demo-screen.ts'
import { startServer } from './demo-server.ts'
import type { DemoServer } from './demo-server.ts'
import { Tally } from './demo-tally.ts'
import type { Verdict } from './demo-tally.ts'

const usualSeconds = 10
const usage = 'usage: npm run demo -- [FILE] [--speed MESSAGES_A_SECOND] [--seed NUMBER]'

interface Options {
  file: string | undefined
  speed: number | undefined
  seed: number
}

function optionsOf(args: string[]): Options {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { speed: { type: 'string' }, seed: { type: 'string' } },
    })
    if (positionals.length > 1) throw new Error('there is more than one file')
    const seed = positive(values.seed) ?? Math.ceil(Math.random() * 1_000_000)
    return { file: positionals[0], speed: positive(values.speed), seed }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`unable to start the demo; ${reason}\n${usage}`, { cause: error })
  }
}

function positive(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (Number(text) > 0 && Number.isFinite(Number(text))) return Number(text)
  throw new Error(`"${text}" is not a number above 0`)
}

async function conversation({ file, seed }: Options): Promise<IrcMessage[]> {
  const { entries } =
    file === undefined
      ? readIrcLog('2026-01-01', Buffer.from(madeUpConversation(seed)))
      : await readIrcFile(file)
  const messages = entries.filter((entry) => entry.kind === 'message')
  if (messages.length === 0) throw new Error('unable to start the demo; nobody says anything there')
  return messages
}

/** Resolves with whether everything arrived as it should. */
async function talk(
  server: DemoServer,
  messages: IrcMessage[],
  { speed, signal }: { speed: number; signal: AbortSignal },
): Promise<boolean> {
  const screen = new Screen()
  const tally = new Tally()
  const gathering = await gather(server, messages, (connection) => {
    const hear = tally.receiver()
    connection.on('message.created', ({ seq, data }) => hear({ clientId: data.clientId, seq }))
  })
  const [watched] = gathering.connections
  watched?.on('message.created', ({ data }) => {
    screen.message(data.createdAt.slice(11, 19), data.author.displayName, data.text ?? '')
  })
  const people = gathering.connections.length
  screen.line(`${people} people on as many sockets at ${server.url}\n`)
  const timer = setInterval(() => screen.figures(figures(tally)), 100)
  const began = performance.now()
  await replay({ messages, gathering, tally, speed, signal })
  await arrival(tally)
  const seconds = (performance.now() - began) / 1000
  clearInterval(timer)
  screen.end()
  const verdict = tally.verdict(await readBack(gathering.reader, gathering.roomId))
  for (const line of summary(tally, verdict, people, seconds)) screen.line(line)
  for (const connection of gathering.connections) connection.close()
  return verdict.right
}

const shown = (n: number): string => n.toLocaleString('en')

function figures({ sent, acknowledged, delivered, due }: Tally): string {
  return `sent ${shown(sent)} · stored ${shown(acknowledged)} · delivered ${shown(delivered)} of ${shown(due)}`
}

function summary(tally: Tally, verdict: Verdict, people: number, seconds: number): string[] {
  const { sent, delivered, due } = tally
  const { stored, lost, doubled, misplaced, unanswered, right } = verdict
  return [
    '',
    `${shown(people)} people said ${shown(sent)} messages in ${seconds.toFixed(1)} s`,
    `  stored     ${shown(stored)} of ${shown(sent)}`,
    `  delivered  ${shown(delivered)} of ${shown(due)}`,
    `  lost       ${shown(lost)}`,
    `  doubled    ${shown(doubled)}`,
    ...(misplaced > 0 ? [`  misplaced  ${shown(misplaced)}`] : []),
    ...(unanswered > 0 ? [`  unanswered ${shown(unanswered)}`] : []),
    right ? 'nothing lost, nothing doubled' : 'THIS IS NOT RIGHT',
  ]
}

async function demo(): Promise<void> {
  const options = optionsOf(process.argv.slice(2))
  const messages = await conversation(options)
  if (options.file === undefined) console.log(`made up from seed ${options.seed}`)
  // Ctrl-C ends the talk, not the demo: what was said is counted, the server is stopped.
  const interrupted = new AbortController()
  process.on('SIGINT', () => interrupted.abort())
  console.log('starting a server of its own …')
  const server = await startServer()
  try {
    const speed = options.speed ?? Math.max(20, messages.length / usualSeconds)
    const right = await talk(server, messages, { speed, signal: interrupted.signal })
    if (!right) process.exitCode = 1
  } finally {
    await server.stop()
  }
}

try {
  await demo()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
