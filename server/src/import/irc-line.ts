/** One line of an IRC log, as far as it says something. */
export type IrcLine =
  | { kind: 'message'; minute: number; nick: string; text: string; style: 'text' | 'action' }
  | { kind: 'joined'; nick: string }
  | { kind: 'renamed'; nick: string; to: string }
  /** `=== nick text`: an action in older logs, but only where that is somebody's nick. */
  | { kind: 'perhapsAction'; nick: string; text: string }
  | { kind: 'other' }

const timed = /^\[([01]\d|2[0-3]):([0-5]\d)\] (.*)$/s
const said = /^<([^>]+)> ?(.*)$/s
const acted = /^ \* (\S+) ?(.*)$/s
const joined = /^=== (\S.*?) +\[.*@.*\] +has joined #/
const renamed = /^=== (\S.*?) +is now known as +(\S.*)$/
const ignored = /^=== .* (has left|was kicked off) #/
const perhapsActed = /^=== (\S+) (.*)$/s

/** Formatting codes (bold, colour and its numbers, …) and other control characters: PostgreSQL
 *  stores no NUL, and nobody can read the others. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const unreadable = /\u0003(\d{1,2}(,\d{1,2})?)?|[\u0000-\u0008\u000a-\u001f\u007f]/g

export function readIrcLine(line: string): IrcLine {
  const [, hours = '', minutes = '', rest = ''] = timed.exec(line) ?? []
  if (hours !== '') return messageOf(minuteOf(hours, minutes), rest)
  const join = joined.exec(line)
  if (join) return { kind: 'joined', nick: nickOf(join[1]) }
  const rename = renamed.exec(line)
  if (rename) return { kind: 'renamed', nick: nickOf(rename[1]), to: nickOf(rename[2]) }
  const action = ignored.test(line) ? null : perhapsActed.exec(line)
  if (!action) return { kind: 'other' }
  return { kind: 'perhapsAction', nick: nickOf(action[1]), text: textOf(action[2]) }
}

function messageOf(minute: number, rest: string): IrcLine {
  const speech = said.exec(rest)
  const action = speech ? null : acted.exec(rest)
  const [, by, text] = speech ?? action ?? []
  const nick = nickOf(by)
  if (nick === '') return { kind: 'other' }
  return { kind: 'message', minute, nick, text: textOf(text), style: speech ? 'text' : 'action' }
}

/** No nick holds a blank; some loggers put one behind each `]`. */
function nickOf(written = ''): string {
  return written.replaceAll(/\s/g, '').replaceAll(unreadable, '')
}

function textOf(written = ''): string {
  return written.replaceAll(unreadable, '').trimEnd()
}

function minuteOf(hours: string, minutes: string): number {
  return Number(hours) * 60 + Number(minutes)
}
