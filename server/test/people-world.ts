import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import { accountEndpoints, peopleEndpoints } from '../src/api.ts'
import { createAuth } from '../src/auth/auth.ts'
import type { AuthConfig } from '../src/auth/auth.ts'
import type { SignedIn } from '../src/auth/schema.ts'
import { DirectContacts } from '../src/chat/direct-contacts.ts'
import { collectComponents } from '../src/contract/schema.ts'
import { Validators } from '../src/contract/validator.ts'
import { createHttpServer } from '../src/http/server.ts'
import { Database } from '../src/infra/db.ts'
import { FolderBlobStore } from '../src/infra/blobs-folder.ts'
import { createLogger } from '../src/infra/logger.ts'
import type { Mail } from '../src/infra/mail.ts'
import { MailQueue } from '../src/infra/mail-queue.ts'
import { Metrics } from '../src/infra/metrics.ts'
import { RateLimits } from '../src/infra/rate-limits.ts'
import type { Announcer, EndedSessions, UserNews } from '../src/realtime/announcement.ts'
import type { AccountEnd } from '../src/user/account-end.ts'
import { UserAccounts } from '../src/user/accounts.ts'
import { AuditLog } from '../src/user/audit-log.ts'
import { avatarDownloads } from '../src/user/avatar-downloads.ts'
import { Avatars } from '../src/user/avatars.ts'
import { UserDirectory } from '../src/user/directory.ts'
import { createPeople } from '../src/user/people.ts'
import { UnusedFiles } from '../src/user/unused-files.ts'
import { UserEvents } from '../src/user/user-events.ts'
import { createTestDatabase } from './database.ts'
import { MovableClock } from './movable-clock.ts'

const poolSize = 10
export const password = 'notes on the engine'
export const context = { requestId: 'test', address: '192.0.2.1', userAgent: 'curl/8.5.0' }

interface WorldOptions {
  config?: Partial<AuthConfig>
  /** PASSWORDS */
  passwords?: boolean
  /** Called before the sessions are ended. */
  accountEnds?: readonly AccountEnd[]
  /** The node beside which this is a second one, on its database. */
  besides?: { url: string; clock: MovableClock }
}

/** The auth and user services on a real database behind a real HTTP door, with a clock to move
 *  and an ear on what is announced. */
export async function peopleWorld({
  config,
  passwords = true,
  accountEnds = [],
  besides,
}: WorldOptions = {}) {
  const database = besides ? undefined : await createTestDatabase()
  const url = besides?.url ?? database?.url ?? ''
  const db = new Database({ url, size: poolSize, onError: () => undefined })
  const clock = besides?.clock ?? new MovableClock()
  const announcer = new Ear()
  const directory = new UserDirectory()
  const events = new UserEvents({ announcer })
  const audit = new AuditLog({ clock })
  const accounts = new UserAccounts({ clock, passwords })
  const mails: Mail[] = []
  const mail = new MailQueue({
    mailer: { send: async (one) => void mails.push(one), close: () => undefined },
    onError,
  })
  const auth = createAuth({
    db,
    clock,
    announcer,
    directory,
    events,
    audit,
    accounts,
    mail,
    onError,
    config: {
      issuer: 'test',
      linkBase: 'https://chat.example.org',
      corsOrigins: ['https://app.example.org'],
      sessionDays: 90,
      sessionIdleDays: 30,
      bcryptCost: 4,
      registration: 'open',
      limitScale: 1,
      ...config,
    },
  })
  await auth.start()
  const folder = await mkdtemp(join(tmpdir(), 'parley-people-'))
  const blobs = new FolderBlobStore({ folder })
  const unusedFiles = new UnusedFiles({ db, clock, blobs, onError })
  const avatars = new Avatars({ db, clock, blobs, events, audit, unusedFiles, onError })
  const ends = [...accountEnds, ...auth.accountEnds]
  const people = createPeople({
    db,
    clock,
    events,
    audit,
    accountEnds: ends,
    avatars,
    onError,
    contacts: new DirectContacts(),
    entrances: auth.entrances,
    roleChanged: (userId) => auth.register.forget({ userId, sessionIds: 'all' }),
    blocksChanged: () => undefined,
  })
  const { administration } = people
  const endpoints = [...accountEndpoints(auth), ...peopleEndpoints(people)]
  const server = await createHttpServer({
    options: {
      logger: createLogger({
        level: 'silent',
        format: 'json',
      }),
      corsOrigins: [],
      publicUrl: undefined,
      trustProxy: undefined,
    },
    authenticator: people.lastSeen.watch(auth.authenticator),
    limits: new RateLimits(1000, undefined),
    metrics: new Metrics(),
    validators: new Validators(collectComponents(endpoints).values()),
    endpoints,
  })
  avatarDownloads(people.avatars)(server)

  const register = async (username: string, displayName = username): Promise<SignedIn> => {
    const account = { username, email: `${username}@example.org`, password, displayName }
    const signedIn = await auth.registrations.register(account, context)
    if (!signedIn) throw new Error('this world confirms addresses first')
    return signedIn
  }

  return {
    url,
    db,
    clock,
    folder,
    unusedFiles,
    announcer,
    mails,
    auth,
    accounts,
    directory,
    audit,
    ...people,
    person: register,
    async admin(username: string): Promise<SignedIn> {
      const signedIn = await register(username)
      await administration.promote(username)
      return signedIn
    },
    async call(
      method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      path: string,
      input: Call = {},
    ) {
      const headers: Record<string, string> = { ...input.headers }
      if (input.token !== undefined) headers.authorization = `Bearer ${input.token}`
      const request: InjectOptions = {
        method,
        url: path,
        headers,
        remoteAddress: input.address,
      }
      if (input.body !== undefined) request.payload = input.body
      const response = await server.inject(request)
      const isJson = /json/.test(String(response.headers['content-type']))
      const body = isJson ? response.json() : undefined
      return {
        status: response.statusCode,
        headers: response.headers,
        body,
        raw: response.rawPayload,
      }
    },
    /** Opens every connection of the pool: what starts at once then runs at once. */
    async openConnections(): Promise<void> {
      let missing = poolSize
      let open = (): void => undefined
      const allOpen = new Promise<void>((resolve) => (open = resolve))
      const hold = async (): Promise<void> => {
        if (--missing === 0) open()
        return allOpen
      }
      await Promise.all(Array.from({ length: poolSize }, () => db.transaction(hold)))
    },
    async close() {
      auth.close()
      await mail.close()
      await server.close()
      await unusedFiles.close()
      await db.close()
      await rm(folder, { recursive: true })
      await database?.drop()
    },
  }
}

function onError(error: unknown): never {
  throw error
}

interface Call {
  token?: string
  body?: object | Buffer
  address?: string
  headers?: Record<string, string>
}

export type PeopleWorld = Awaited<ReturnType<typeof peopleWorld>>

/** Keeps what the services announce. */
class Ear implements Announcer {
  readonly told: UserNews[] = []
  readonly ended: EndedSessions[] = []

  publish(): void {}
  whisper(): void {}

  tell(news: UserNews): void {
    this.told.push(news)
  }

  endSessions(ended: EndedSessions): void {
    this.ended.push(ended)
  }

  toldTo(userId: string): UserNews['frame'][] {
    return this.told.filter((news) => news.userId === userId).map(({ frame }) => frame)
  }
}
