/** `parley import …`: conversations from elsewhere. */
import { Command, InvalidArgumentError } from 'commander'
import type { IrcImportReport } from '../import/irc-import.ts'
import { inApp } from './in-app.ts'

interface IrcOptions {
  channel: string
  owner?: string
}

export function importCommand(): Command {
  const command = new Command('import').description('bring in conversations from elsewhere')
  command
    .command('irc')
    .description(
      'read logs of an IRC channel into a channel here, with their people; doing it again adds only what is missing',
    )
    .argument('<files...>', 'logs; the name of each holds its date as YYYY-MM-DD')
    .option('--channel <name>', 'the channel they go into', channelName, '#ubuntu')
    .option('--owner <login>', 'who shall own it: username or e-mail address')
    .action((files: string[], options: IrcOptions) => importIrc(files, options))
  return command
}

/** In lower case: IRC tells no cases apart. */
function channelName(value: string): string {
  if (/\S/.test(value) && value.length <= 100) return value.trim().toLowerCase()
  throw new InvalidArgumentError('It must have 1 to 100 characters.')
}

async function importIrc(files: string[], { channel, owner }: IrcOptions): Promise<void> {
  const line = new ProgressLine()
  const total = counted(files.length, 'file')
  const { report, seconds } = await inApp('import', async ({ services }) => {
    const started = performance.now()
    const elapsed = () => (performance.now() - started) / 1000
    const report = await services.ircImport.run({ files, channel, owner }, (done, file) => {
      const messages = counted(messagesIn(done), 'message')
      line.show(`${done.files} of ${total}, ${file}: ${messages}, ${rate(done, elapsed())}`)
    })
    return { report, seconds: elapsed() }
  }).finally(() => line.clear())
  for (const sentence of sentences(report, channel, seconds)) console.log(sentence)
}

/** What was done, and what was left out: nothing is dropped in silence. */
function sentences(report: IrcImportReport, channel: string, seconds: number): string[] {
  const { files, stored, repeated, people, gone, blank, other, broken } = report
  const leftOut = [
    [gone, 'message', 'of people who have left since'],
    [blank, 'message', 'without a visible character'],
    [other, 'other line', '(departures, renames, modes, topics)'],
  ] as const
  return [
    `imported ${counted(files, 'file')} into ${channel}: ${counted(stored, 'message')} stored, ` +
      `${repeated.toLocaleString('en')} there before, by ${counted(people, 'person', 'people')}, ` +
      `in ${seconds.toFixed(1)} s (${rate(report, seconds)})`,
    ...leftOut
      .filter(([n]) => n > 0)
      .map(([n, what, why]) => `left out ${counted(n, what)} ${why}`),
    ...(broken > 0
      ? [`${counted(broken, 'line')} held bytes that are not UTF-8: U+FFFD stands for them`]
      : []),
  ]
}

const messagesIn = ({ stored, repeated }: Readonly<IrcImportReport>): number => stored + repeated

function rate(done: Readonly<IrcImportReport>, seconds: number): string {
  return `${Math.round(messagesIn(done) / seconds).toLocaleString('en')} messages/s`
}

function counted(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`
}

/** One line of a terminal, written over and over; elsewhere nothing. */
class ProgressLine {
  show(text: string): void {
    const { isTTY, columns } = process.stderr
    if (isTTY) process.stderr.write(`\r\u001b[K${text.slice(0, columns - 1)}`)
  }

  clear(): void {
    this.show('')
  }
}
