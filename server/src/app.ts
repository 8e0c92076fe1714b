import { once } from 'node:events'
import { join } from 'node:path'
import { apiCommands, apiDocuments, apiEndpoints } from './api.ts'
import { meter } from './app-metrics.ts'
import { linkBase, openWorld } from './app-world.ts'
import type { World, WorldConfig, WorldOverrides } from './app-world.ts'
import { createAuth } from './auth/auth.ts'
import type { Auth } from './auth/auth.ts'
import { createChat } from './chat/chat.ts'
import { DirectContacts } from './chat/direct-contacts.ts'
import { RoomLogSource } from './chat/log-reader.ts'
import type { Endpoint } from './contract/endpoint.ts'
import type { Command } from './contract/frames.ts'
import { collectComponents } from './contract/schema.ts'
import { Validators } from './contract/validator.ts'
import { docs } from './http/docs.ts'
import { metricsRoute, metricsServer } from './http/metrics.ts'
import { pages } from './http/pages.ts'
import { createHttpServer } from './http/server.ts'
import { socketAddress } from './http/socket-address.ts'
import { IrcImport } from './import/irc-import.ts'
import type { Bus } from './infra/bus.ts'
import type { Database } from './infra/db.ts'
import type { PipelinedConnection } from './infra/db-pipeline.ts'
import type { Metrics, MetricsPage } from './infra/metrics.ts'
import { DataExports } from './privacy/data-exports.ts'
import { exportDownloads } from './privacy/export-downloads.ts'
import { Hub } from './realtime/hub.ts'
import { createSockets } from './realtime/sockets.ts'
import type { Sockets } from './realtime/sockets.ts'
import { AuditLog } from './user/audit-log.ts'
import { avatarDownloads } from './user/avatar-downloads.ts'
import { Avatars } from './user/avatars.ts'
import { UserAccounts } from './user/accounts.ts'
import { UserDirectory } from './user/directory.ts'
import { createPeople } from './user/people.ts'
import { UnusedFiles } from './user/unused-files.ts'
import { UserEvents } from './user/user-events.ts'

/** What a test or an embedding program may replace. */
export interface Overrides extends WorldOverrides {
  /** What /metrics answers with, where this node is one of several workers. */
  metricsPage?: (own: Metrics) => MetricsPage
  /** Routes and commands beside the product's own. */
  endpoints?: Endpoint[]
  commands?: Command[]
}

export type App = Awaited<ReturnType<typeof createApp>>
export type AppConfig = WorldConfig & {
  /** Whether this process removes what has run out; one of several workers does. */
  runsJobs?: boolean
}

/** Connections that may wait to be accepted, as far as the system allows (net.core.somaxconn). Of
 *  Node's 511, the clients that come back at once beyond them would try again only a second later. */
const backlog = 65_535

/** The composition root: every object of a node, once, in dependency order. The database must be
 *  migrated. Nothing listens before `listen`; `close` undoes all of it in reverse order. */
export async function createApp(config: AppConfig, overrides: Overrides = {}) {
  const { limitScale, corsOrigins, publicUrl } = config
  const world = await openWorld(config, overrides)
  const { clock, logger, metrics, db, pipeline, redis, bus, busLag, leases, limits, mail } = world
  const { hub, users, accounts, chat, auth, people, exports, unusedFiles } = createServices(
    config,
    {
      ...world,
      blocksChanged: (...pair) => sockets.presence.blocksChanged(...pair),
    },
  )
  const { lastSeen, suspensionEnds } = people
  const authenticator = lastSeen.watch(auth.authenticator)

  // The doors
  const gate = { draining: false }
  const services = {
    auth,
    chat,
    ...people,
    exports,
    ircImport: new IrcImport({ db, accounts, ...chat }),
    health: readiness({ db, bus: redis && bus, gate }),
  }
  const endpoints = [...apiEndpoints(services), ...(overrides.endpoints ?? [])]
  const commands = [...apiCommands(services), ...(overrides.commands ?? [])]
  const validators = validatorsOf([...endpoints, ...commands])
  const server = await createHttpServer({
    options: { logger, corsOrigins, publicUrl, trustProxy: config.trustProxy },
    authenticator,
    limits,
    metrics,
    validators,
    endpoints,
  })
  await docs({ ...apiDocuments(), ui: config.docs })(server)
  await pages(config)(server)
  socketAddress()(server)
  exportDownloads(exports)(server)
  avatarDownloads(people.avatars)(server)
  const metricsPage = overrides.metricsPage?.(metrics) ?? metrics
  if (config.metricsPort === undefined) metricsRoute(metricsPage)(server)
  const sockets = createSockets({
    clock,
    logger,
    hub,
    bus,
    leases,
    commands,
    validators,
    authenticator,
    greeter: chat.greetings,
    left: (userId) => lastSeen.seen(userId),
    visibleTo: (userId, others) => users.withoutBlocked(db, userId, others),
    options: { corsOrigins, publicUrl, limitScale },
  })
  db.onNewHistory(() => {
    logger.warn({ epoch: db.epoch }, 'the database holds another history; everyone starts afresh')
    startAfresh(pipeline, auth, sockets)
  })
  meter({ metrics, db, bus, busLag, hub, chat, auth, sockets })
  const ownMetrics = config.metricsPort === undefined ? undefined : metricsServer(metricsPage)

  return {
    db,
    hub,
    metrics,
    services,
    server,
    stateCheck: sockets.stateCheck,

    /** Accepts requests and sockets from now on. */
    async listen(): Promise<{ url: string }> {
      await hub.start()
      await busLag.start()
      await auth.start(config.runsJobs)
      suspensionEnds.start()
      lastSeen.start()
      for (const job of [chat.textErasure, exports, unusedFiles]) job.start()
      sockets.attach(server.server)
      const { host, port, metricsPort } = config
      if (ownMetrics) await once(ownMetrics.listen(metricsPort, host), 'listening')
      return { url: await server.listen({ host, port, backlog }) }
    },

    /** Not ready, sockets told to come back elsewhere, requests finished, news written; then
     *  everything is closed in reverse order. */
    async close(): Promise<void> {
      gate.draining = true
      await sockets.gateway.drain(reconnectSpreadMs)
      await server.close()
      await chat.drain()
      await exports.close()
      await unusedFiles.close()
      sockets.close()
      suspensionEnds.close()
      await lastSeen.close()
      hub.close()
      busLag.close()
      auth.close()
      await mail.close()
      ownMetrics?.close()
      await bus.close()
      redis?.limiter.disconnect()
      await pipeline.close()
      await db.close()
    },
  }
}

/** The services, on what they stand on: each in its order. */
function createServices(
  config: AppConfig,
  {
    clock,
    logger,
    warn: onError,
    db,
    pipeline,
    bus,
    leases,
    mail,
    attempts,
    blobs,
    blocksChanged,
  }: World & {
    /** Once a block is stored or gone. */
    blocksChanged: (userId: string, blockedId: string) => void
  },
) {
  const { limitScale, publicUrl } = config
  const hub = new Hub({ bus, source: new RoomLogSource({ db }), logger })
  const users = new UserDirectory()
  const accounts = new UserAccounts({ clock, passwords: config.passwords })
  const events = new UserEvents({ announcer: hub })
  const audit = new AuditLog({ clock })
  const common = { db, clock, announcer: hub, onError }
  const chat = createChat({ ...common, pipeline, leases, users, userEvents: events, limitScale })
  const auth = createAuth({
    ...common,
    accounts,
    events,
    audit,
    directory: users,
    mail,
    attempts,
    config: { ...config, issuer: publicUrl ?? 'parley', linkBase: linkBase(config) },
  })
  hub.whenSessionsEnd((ended) => auth.register.forget(ended))
  const folder = join(config.dataDir, 'exports')
  const unusedFiles = new UnusedFiles({ ...common, blobs })
  const avatars = new Avatars({ ...common, blobs, events, audit, unusedFiles })
  const exports = new DataExports({ ...common, accounts, audit, avatars, folder })
  const accountEnds = [chat.memberships, ...auth.accountEnds, exports] // rooms are locked first (L1)
  const roleChanged = (userId: string): void => auth.register.forget({ userId, sessionIds: 'all' })
  const people = createPeople({
    ...common,
    events,
    audit,
    avatars,
    accountEnds,
    roleChanged,
    blocksChanged,
    contacts: new DirectContacts(),
    entrances: auth.entrances,
  })
  return { hub, users, accounts, chat, auth, people, exports, unusedFiles }
}

function readiness({ db, bus, gate }: { db: Database; bus?: Bus; gate: { draining: boolean } }) {
  return {
    database: () => db.readEpoch(),
    redis: bus && (() => bus.ping()),
    draining: () => gate.draining,
  }
}

/** What was read from the history before no longer counts (P8). */
function startAfresh(
  pipeline: PipelinedConnection,
  { register }: Pick<Auth, 'register'>,
  { gateway }: Pick<Sockets, 'gateway'>,
): void {
  pipeline.renew()
  register.forgetAll()
  void gateway.sendAway(reconnectSpreadMs)
}

/** Clients come back spread over this time (S9), in milliseconds. */
const reconnectSpreadMs = 5000

function validatorsOf(declared: readonly { declaration: unknown }[]): Validators {
  return new Validators(collectComponents(declared.map(({ declaration }) => declaration)).values())
}
