import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SignJWT } from 'jose'
import type { Address } from '../load/line.ts'
import type { MemberSpec } from '../load/member.ts'
import type { Child, Children } from '../rig/children.ts'
import { freePort } from '../rig/free-port.ts'
import type { EmbeddedPostgres } from '../rig/postgres.ts'
import type { CrowdShape, RestartableSystem, Shape } from '../rig/system.ts'
import { roomsOf } from '../rig/system.ts'
import { socketIoSchema } from './socketio-schema.ts'

const script = fileURLToPath(new URL('socketio-server.ts', import.meta.url))
const databaseName = 'bench_socketio'

interface SocketIoOptions {
  children: Children
  /** Whose database server it shares, in a database of its own. */
  postgres: EmbeddedPostgres
  redisUrl?: string | undefined
  nodes?: number
}

interface Seat {
  user: string
  rooms: readonly string[]
  node: number
}

/** The Socket.IO peer: its processes, and the people and rooms it knows. */
export class SocketIo implements RestartableSystem {
  readonly name: string
  readonly dialect = 'socketio'
  readonly #options: SocketIoOptions
  readonly #addresses: readonly [Address, ...Address[]]
  readonly #secret = randomBytes(32).toString('hex')
  #running: Child[] = []

  private constructor(options: SocketIoOptions, addresses: readonly [Address, ...Address[]]) {
    this.#options = options
    this.#addresses = addresses
    this.name = addresses.length === 1 ? 'Socket.IO' : `Socket.IO, ${addresses.length} nodes`
  }

  /** Makes its database where there is none and starts its nodes. */
  static async start(options: SocketIoOptions): Promise<SocketIo> {
    const { children, postgres, nodes = 1 } = options
    await makeDatabase(postgres)
    const addressOf = async () => ({ host: '127.0.0.1', port: await freePort() })
    const addresses: [Address, ...Address[]] = [await addressOf()]
    while (addresses.length < nodes) addresses.push(await addressOf())
    const system = new SocketIo(options, addresses)
    children.onStop(() => system.stop())
    await system.run()
    return system
  }

  get pids(): number[] {
    return this.#running.map(({ pid }) => pid)
  }

  get address(): Address {
    return this.#addresses[0]
  }

  async seat({ rooms, members }: Shape): Promise<MemberSpec[]> {
    const roomIds = Array.from({ length: rooms }, () => randomUUID())
    const seats = roomIds.flatMap((room, at) =>
      Array.from({ length: members }, (_, n) => ({
        user: randomUUID(),
        rooms: [room],
        node: at + n, // every node has members, and senders, of its own
      })),
    )
    return this.#fill(roomIds, seats)
  }

  async crowd(shape: CrowdShape): Promise<MemberSpec[]> {
    const numbers = Array.from({ length: shape.clients }, (_, n) => roomsOf(shape, n))
    const roomIds = new Map([...new Set(numbers.flat())].map((n) => [n, randomUUID()]))
    const seats = numbers.map((rooms) => ({
      user: randomUUID(),
      rooms: rooms.flatMap((n) => roomIds.get(n) ?? []),
      node: 0,
    }))
    return this.#fill([...roomIds.values()], seats)
  }

  /** Starts every node that does not run. */
  async run(): Promise<void> {
    for (const address of this.#addresses.slice(this.#running.length)) {
      const child = this.#spawn(address)
      this.#running.push(child)
      await untilReady(address, child)
    }
  }

  async kill(): Promise<void> {
    for (const { process: child, exited } of this.#running.splice(0)) {
      child.kill('SIGKILL')
      await exited
    }
  }

  async stop(): Promise<void> {
    for (const child of this.#running.splice(0)) await this.#options.children.stop(child)
  }

  #spawn({ port }: Address): Child {
    const { children, postgres, redisUrl } = this.#options
    return children.start(process.execPath, ['--import', import.meta.resolve('tsx'), script], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        PORT: String(port),
        DATABASE_URL: postgres.urlOf(databaseName),
        TOKEN_SECRET: this.#secret,
        ...(redisUrl && { REDIS_URL: redisUrl }),
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
  }

  /** Stores rooms, people and memberships; a seat for each. */
  async #fill(roomIds: readonly string[], seats: readonly Seat[]): Promise<MemberSpec[]> {
    await this.#store(roomIds, seats)
    return Promise.all(
      seats.map(async ({ user, rooms, node }) => ({
        address: this.#addresses[node % this.#addresses.length] ?? this.address,
        token: await this.#tokenOf(user),
        rooms,
      })),
    )
  }

  async #store(rooms: readonly string[], seats: readonly Seat[]) {
    const members = seats.flatMap(({ user, rooms }) => rooms.map((room) => ({ room, user })))
    await this.#options.postgres.with(databaseName, async (client) => {
      await client.query(
        `insert into rooms (id, name) select id, 'bench' from unnest($1::uuid[]) as id`,
        [rooms],
      )
      await client.query(
        `insert into users (id, username, display_name)
        select id, 'bench.' || id, 'bench.' || id from unnest($1::uuid[]) as id`,
        [seats.map(({ user }) => user)],
      )
      await client.query(
        `insert into members (room_id, user_id) select * from unnest($1::uuid[], $2::uuid[])`,
        [members.map(({ room }) => room), members.map(({ user }) => user)],
      )
      await client.query('analyze users, rooms, members')
    })
  }

  #tokenOf(user: string): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(user)
      .setExpirationTime('2h')
      .sign(new TextEncoder().encode(this.#secret))
  }
}

/** Several systems of a run share one. */
async function makeDatabase(postgres: EmbeddedPostgres): Promise<void> {
  const exists = await postgres.with('postgres', async (client) => {
    const { rows } = await client.query('select from pg_database where datname = $1', [
      databaseName,
    ])
    return rows.length > 0
  })
  if (exists) return
  await postgres.createDatabase(databaseName)
  await postgres.with(databaseName, (client) => client.query(socketIoSchema))
}

async function untilReady({ host, port }: Address, { process: child }: Child): Promise<void> {
  const ready = (): Promise<boolean> =>
    fetch(`http://${host}:${port}/`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await ready())) {
    if (child.exitCode !== null) throw new Error('unable to start the Socket.IO peer')
    await sleep(20)
  }
}
