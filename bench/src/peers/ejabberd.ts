import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Address } from '../load/line.ts'
import type { MemberSpec } from '../load/member.ts'
import { accepts } from '../rig/accepts.ts'
import type { Child, Children } from '../rig/children.ts'
import { freePort } from '../rig/free-port.ts'
import type { EmbeddedPostgres } from '../rig/postgres.ts'
import type { Shape, System } from '../rig/system.ts'
import { startRelay } from '../rig/tcp-relay.ts'
import { ejabberdConfig } from './ejabberd-config.ts'

const libraries = '/usr/lib/x86_64-linux-gnu'
const schema = '/usr/share/ejabberd/sql/pg.sql'
const driver = '/usr/lib/erlang/lib'
const database = 'bench_ejabberd'
const password = 'benchmark'

interface EjabberdOptions {
  children: Children
  /** Whose database server it shares, in a database of its own. */
  postgres: EmbeddedPostgres
}

/** Its version, as Debian installs it, with the driver for PostgreSQL; undefined without them. */
export function findEjabberd(): string | undefined {
  if (!existsSync(schema) || !existsSync('/usr/bin/erl') || !existsSync(driver)) return undefined
  if (!readdirSync(driver).some((name) => name.startsWith('p1_pgsql-'))) return undefined
  const found = readdirSync(libraries).find((name) => name.startsWith('ejabberd-'))
  return found?.replace('ejabberd-', '')
}

/** ejabberd with rooms (MUC) and their archive (MAM) in PostgreSQL, in a folder of its own. It has
 *  no node name: it asks no epmd, and starts none. */
export class Ejabberd implements System {
  readonly name = 'ejabberd'
  readonly dialect = 'ejabberd'
  readonly #postgres: EmbeddedPostgres
  readonly #address: Address
  readonly #child: Child
  #seated = 0

  private constructor(postgres: EmbeddedPostgres, address: Address, child: Child) {
    this.#postgres = postgres
    this.#address = address
    this.#child = child
  }

  static async start({ children, postgres }: EjabberdOptions): Promise<Ejabberd> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-ejabberd-'))
    children.onStop(() => rm(folder, { recursive: true, force: true }))
    await postgres.createDatabase(database)
    await postgres.with(database, (client) => client.query(readFileSync(schema, 'utf8')))
    const relay = await startRelay(postgres.socketPath)
    children.onStop(relay.stop)
    const port = await freePort()
    const config = ejabberdConfig({ httpPort: port, databasePort: relay.port, database })
    await writeFile(join(folder, 'ejabberd.yml'), config)
    const child = children.start('/usr/bin/erl', erlangArguments(folder), {
      cwd: folder,
      env: environment(folder),
      stdio: 'ignore',
    })
    children.onStop(() => children.stop(child))
    const address = { host: '127.0.0.1', port }
    await untilListening(address, child, folder)
    return new Ejabberd(postgres, address, child)
  }

  get pids(): number[] {
    return [this.#child.pid]
  }

  async seat({ rooms, members }: Shape): Promise<MemberSpec[]> {
    const first = this.#seated
    this.#seated += rooms * members
    const users = Array.from({ length: rooms * members }, (_, n) => `bench${first + n}`)
    await this.#postgres.with(database, (client) =>
      client.query(
        `insert into users (username, password) select name, $2 from unnest($1::text[]) as name`,
        [users, password],
      ),
    )
    return users.map((user, n) => ({
      address: this.#address,
      token: `${user}:${password}`,
      rooms: [`room${first + Math.floor(n / members)}@conference.localhost`],
    }))
  }
}

/** As its own start script has them, but for the node's name. */
function erlangArguments(folder: string): string[] {
  const mnesia = ['-mnesia', 'dir', `"${join(folder, 'database')}"`]
  return ['-noinput', '+K', 'true', '+P', '250000', ...mnesia, '-s', 'ejabberd']
}

function environment(folder: string): Record<string, string | undefined> {
  return {
    PATH: process.env['PATH'],
    HOME: folder,
    ERL_LIBS: libraries,
    EJABBERD_CONFIG_PATH: join(folder, 'ejabberd.yml'),
    EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
    ERL_CRASH_DUMP: join(folder, 'crash.dump'),
    ERL_MAX_PORTS: '65536',
  }
}

async function untilListening(address: Address, { process: child }: Child, folder: string) {
  const giveUp = performance.now() + 60_000
  while (!(await accepts(address))) {
    if (child.exitCode !== null || performance.now() > giveUp) {
      const log = join(folder, 'ejabberd.log')
      throw new Error(
        `unable to start ejabberd: ${existsSync(log) ? readFileSync(log, 'utf8') : ''}`,
      )
    }
    await sleep(50)
  }
}
