import { basename } from 'node:path'
import type { Admissions } from '../chat/admissions.ts'
import type { Members } from '../chat/members.ts'
import type { MessageStore } from '../chat/message-store.ts'
import { fingerprintOf } from '../chat/messages.ts'
import type { Rooms } from '../chat/rooms.ts'
import type { SentMessage } from '../chat/schema.ts'
import type { Database } from '../infra/db.ts'
import type { UserAccounts } from '../user/accounts.ts'
import { IrcAccounts } from './irc-accounts.ts'
import { IrcChannels } from './irc-channels.ts'
import { IrcCrowd } from './irc-crowd.ts'
import { readIrcFile, requireIrcFile } from './irc-file.ts'
import type { IrcEntry, IrcMessage } from './irc-log.ts'
import { patiently } from './patience.ts'

interface IrcImportDeps {
  db: Database
  accounts: UserAccounts
  rooms: Rooms
  members: Members
  admissions: Admissions
  store: MessageStore
}

interface IrcImportRequest {
  /** Paths of logs; each file's name holds its date. */
  files: readonly string[]
  /** In lower case, 1 to 100 characters. */
  channel: string
  /** Username or e-mail address of who shall own the channel, beside the importer itself. */
  owner?: string | undefined
}

export interface IrcImportReport {
  files: number
  /** New messages, and those that were there from an earlier run. */
  stored: number
  repeated: number
  people: number
  /** Messages of people who left the channel or deleted their account since. */
  gone: number
  /** Messages without a visible character. */
  blank: number
  /** Lines that are neither a message nor an arrival. */
  other: number
  /** Lines whose bytes are not UTF-8. */
  broken: number
}

const nothing: IrcImportReport = {
  files: 0,
  stored: 0,
  repeated: 0,
  people: 0,
  gone: 0,
  blank: 0,
  other: 0,
  broken: 0,
}

/** Called after each batch, with what is done so far and the file it is in. */
type OnProgress = (done: Readonly<IrcImportReport>, file: string) => void

/** What became of a batch's messages, and how many had no member as author any more. */
interface Sent {
  outcomes: PromiseSettledResult<SentMessage>[]
  gone: number
}

/** Entries taken at a time: newcomers first, then what was said. */
const batchSize = 2000
/** Reads the logs of an IRC channel into a channel of this server. Again, or on from where it was
 *  killed, it stores nothing twice: every id is made from what was read. */
export class IrcImport {
  readonly #deps: IrcImportDeps
  readonly #accounts: IrcAccounts
  readonly #channels: IrcChannels

  constructor(deps: IrcImportDeps) {
    this.#deps = deps
    this.#accounts = new IrcAccounts(deps)
    this.#channels = new IrcChannels({ ...deps, ircAccounts: this.#accounts })
  }

  /** Takes the files in the order of their names. AppError `user_not_found` (the owner),
   *  `room_archived`; one readable sentence where a file cannot be read. */
  async run(
    { files, channel, owner }: IrcImportRequest,
    onProgress: OnProgress = () => {},
  ): Promise<IrcImportReport> {
    for (const path of files) await requireIrcFile(path)
    const roomId = await this.openChannel(channel, owner)
    const crowd = this.crowdOf(roomId)
    const report = { ...nothing }
    let sending: Promise<Sent> = Promise.resolve({ outcomes: [], gone: 0 })
    for await (const { name, entries } of batchesOf(files, report)) {
      await crowd.learn(entries) // while the batch before it is on its way
      add(report, countsOf(await sending))
      await crowd.admit()
      sending = this.#send(roomId, crowd, entries)
      report.people = crowd.size
      onProgress(report, name)
    }
    add(report, countsOf(await sending))
    return report
  }

  /** The id of the channel of this name. */
  openChannel(name: string, owner?: string): Promise<string> {
    return this.#channels.open(name, owner)
  }

  /** The people of a channel, to be brought in. */
  crowdOf(roomId: string): IrcCrowd {
    const { admissions } = this.#deps
    return new IrcCrowd({ roomId, accounts: this.#accounts, admissions })
  }

  /** Resolves when none of the batch is on its way any more; never rejects. */
  async #send(roomId: string, crowd: IrcCrowd, batch: readonly IrcEntry[]): Promise<Sent> {
    const messages = batch.filter((entry) => entry.kind === 'message')
    const appending = messages.flatMap((message) => {
      const authorId = crowd.memberOf(message.nick)
      return authorId === undefined ? [] : [this.#append(roomId, authorId, message)]
    })
    const outcomes = await Promise.allSettled(appending)
    return { outcomes, gone: messages.length - outcomes.length }
  }

  #append(
    roomId: string,
    authorId: string,
    { clientId, text, style, at }: IrcMessage,
  ): Promise<SentMessage> {
    const fingerprint = fingerprintOf(text, null)
    const message = { roomId, authorId, clientId, text, style, at, fingerprint, replyTo: null }
    return patiently(() => this.#deps.store.append(message))
  }
}

/** Reads the files one after the other, in the order of their names, counting what they hold. */
async function* batchesOf(files: readonly string[], report: IrcImportReport) {
  for (const path of files.toSorted(byName)) {
    const { entries, ...counts } = await readIrcFile(path)
    add(report, { files: 1, ...counts })
    for (let from = 0; from < entries.length; from += batchSize) {
      yield { name: basename(path), entries: entries.slice(from, from + batchSize) }
    }
  }
}

/** Throws why the first was refused, if one was. */
function countsOf({ outcomes, gone }: Sent): Pick<IrcImportReport, 'stored' | 'repeated' | 'gone'> {
  const messages = outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
  const repeated = messages.filter((message) => message.repeated).length
  return { stored: messages.length - repeated, repeated, gone }
}

function add(report: IrcImportReport, more: Partial<IrcImportReport>): void {
  // Object.keys forgets what the keys are.
  for (const key of Object.keys(more) as (keyof IrcImportReport)[]) report[key] += more[key] ?? 0
}

function byName(a: string, b: string): number {
  return basename(a).localeCompare(basename(b), 'en') || a.localeCompare(b, 'en')
}
