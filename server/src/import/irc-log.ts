import { isUtf8 } from 'node:buffer'
import { maxText } from '../chat/schema.ts'
import { visibleCharacter } from '../contract/schema.ts'
import { derivedId } from './derived-id.ts'
import { ircClock } from './irc-clock.ts'
import { readIrcLine } from './irc-line.ts'
import type { IrcLine } from './irc-line.ts'
import { personOf } from './irc-person.ts'

const visible = new RegExp(visibleCharacter, 'u')

/** What a log tells, in its order; `at` is RFC 3339. */
export type IrcEntry = IrcArrival | IrcMessage
interface IrcArrival {
  kind: 'joined'
  nick: string
  at: string
}
export interface IrcMessage {
  kind: 'message'
  nick: string
  at: string
  text: string
  style: 'text' | 'action'
  /** Made from the file's name and the line, so that reading it again is a repeat (P3). */
  clientId: string
}

export interface IrcLog {
  entries: IrcEntry[]
  /** Messages without a visible character. */
  blank: number
  /** Lines that are neither a message nor an arrival. */
  other: number
  /** Lines whose bytes are not UTF-8: each broken character reads as U+FFFD. */
  broken: number
}

type Numbered = { line: IrcLine; raw: Buffer; number: number }
type Told = Extract<IrcLine, { text: string }>

/** Reads the bytes of a log; `name` is its file's name without folders, which holds its date.
 *  Throws one readable sentence where it holds none. */
export function readIrcLog(name: string, bytes: Buffer): IrcLog {
  const date = dateIn(name)
  const rows = linesOf(bytes)
  const lines: Numbered[] = rows.map((raw, at) => {
    return { raw, number: at + 1, line: readIrcLine(raw.toString('utf8')) }
  })
  const nicks = nicksIn(lines)
  const minutes = lines.flatMap(({ line }) => (line.kind === 'message' ? [line.minute] : []))
  const clock = ircClock(date, minutes)
  let at = clock(minutes[0] ?? 0)
  const log: IrcLog = { entries: [], blank: 0, other: 0, broken: 0 }
  for (const { line, raw, number } of lines) {
    if (!isUtf8(raw)) log.broken++
    if (line.kind === 'message') at = clock(line.minute)
    if (line.kind === 'joined') log.entries.push({ kind: 'joined', nick: line.nick, at })
    else if (!isTold(line, nicks)) log.other += raw.length > 0 ? 1 : 0
    else if (!visible.test(line.text)) log.blank++
    else log.entries.push(...messagesOf(line, at, [name, number, raw]))
  }
  return log
}

/** The date in the name of a log, as YYYY-MM-DD. */
export function dateIn(name: string): string {
  const [date = ''] = /\d{4}-\d\d-\d\d/.exec(name) ?? []
  const time = Date.parse(`${date}T00:00:00Z`)
  // Date.parse takes 2023-02-30 for the second of March.
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(date)) return date
  throw new Error(`unable to read ${name}; the name must hold the log's date as YYYY-MM-DD`)
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(0x0a, from)
    const to = end === -1 ? bytes.length : end
    lines.push(bytes.subarray(from, bytes[to - 1] === 0x0d ? to - 1 : to))
    from = to + 1
  }
  return lines
}

/** Everyone this file knows to be somebody. */
function nicksIn(lines: readonly Numbered[]): Set<string> {
  const nicks = lines.flatMap(({ line }) => {
    if (line.kind === 'message' || line.kind === 'joined') return [line.nick]
    return line.kind === 'renamed' ? [line.nick, line.to] : []
  })
  return new Set(nicks.map((nick) => personOf(nick)))
}

function isTold(line: IrcLine, nicks: ReadonlySet<string>): line is Told {
  if (line.kind === 'perhapsAction') return nicks.has(personOf(line.nick))
  return line.kind === 'message'
}

/** One message, or several where the text is longer than a message can be. */
function messagesOf(line: Told, at: string, origin: [string, number, Buffer]): IrcMessage[] {
  const style = line.kind === 'message' ? line.style : 'action'
  return partsOf(line.text).map((text, part) => {
    const clientId = derivedId('irc line', ...origin, part)
    return { kind: 'message', nick: line.nick, at, text, style, clientId }
  })
}

function partsOf(text: string): string[] {
  if (text.length <= maxText) return [text]
  const points = Array.from(text)
  const starts = Array.from({ length: Math.ceil(points.length / maxText) }, (_, n) => n * maxText)
  const parts = starts.map((from) => points.slice(from, from + maxText).join(''))
  return parts.filter((part) => visible.test(part))
}
