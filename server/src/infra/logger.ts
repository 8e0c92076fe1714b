/** The log: one line an event, made of listed fields only, so that no text, token or password ever slips in. */
import { pino } from 'pino'
import type { Logger } from 'pino'
import pretty from 'pino-pretty'

export interface LoggerOptions {
  level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  /** Absent: for people on a terminal, else JSON. */
  format: 'json' | 'pretty' | undefined
  /** Instead of standard output. */
  destination?: NodeJS.WritableStream
}

/** What a line may hold beside its message. Add a field here once it is certain what it can hold. */
const allowed = new Set([
  'address',
  'attempt',
  'channel',
  'code',
  'command',
  'connectionId',
  'count',
  'durationMs',
  'err',
  'method',
  'path',
  'port',
  'requestId',
  'roomId',
  'seq',
  'sessionId',
  'signal',
  'status',
  'url',
  'userId',
])

/** Lines for people on a terminal, else JSON; without a format, as standard output is. Only the
 *  fields listed above come through: no secret by accident. */
export function createLogger({ level, format, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: null,
    serializers: { err: describeError },
    formatters: { log: listedOnly },
  }
  const forPeople = (format ?? (process.stdout.isTTY ? 'pretty' : 'json')) === 'pretty'
  if (!forPeople) {
    const named = { ...options, timestamp, formatters: { ...options.formatters, level: levelName } }
    return destination ? pino(named, destination) : pino(named)
  }
  const lines = pretty({
    colorize: destination === undefined && process.stdout.isTTY,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'reqId',
    singleLine: true,
    sync: true,
    ...(destination && { destination }),
  })
  return pino(options, lines)
}

const levelName = (level: string) => ({ level })
const timestamp = () => `,"time":"${new Date().toISOString()}"`

/** Names what it leaves out: a forgotten field is to be found by whoever misses it. */
function listedOnly(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  const kept = Object.fromEntries(entries.filter(([name]) => allowed.has(name)))
  const dropped = entries.map(([name]) => name).filter((name) => !allowed.has(name))
  return dropped.length === 0 ? kept : { ...kept, dropped }
}

/**
 * Name, code, sentence and places of an error and of its causes. PostgreSQL repeats people's input in `detail`, which is
 * left out, and between quotes in the messages of class 22 (data exceptions), which are emptied. Causes may go in a circle.
 */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error ? error.code : undefined
  const constraint = 'constraint' in error ? error.constraint : undefined
  const quoting = typeof code === 'string' && /^22...$/.test(code)
  const message = quoting ? error.message.replace(/".*"/s, '"…"') : error.message
  const places = error.stack?.split('\n').filter((line) => /^ {4}at /.test(line)) ?? []
  return {
    type: error.name,
    message,
    ...(code !== undefined && { code }),
    ...(constraint !== undefined && { constraint }),
    stack: [`${error.name}: ${message}`, ...places].join('\n'),
    ...(error.cause !== undefined && depth < 8 && { cause: describeError(error.cause, depth + 1) }),
  }
}
