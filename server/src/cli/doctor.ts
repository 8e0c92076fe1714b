/** `parley doctor`: is everything there that `serve` needs? One line a check; exit code 1 where one failed. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Command } from 'commander'
import type { Client } from 'pg'
import { connectionsOf, environment, readConfig } from '../config.ts'
import type { Config } from '../config.ts'
import { S3BlobStore } from '../infra/blobs-s3.ts'
import type { S3Options } from '../infra/blobs-s3.ts'
import { pendingMigrations } from '../infra/migrate.ts'
import { reasonOf, withClient } from '../infra/migration-history.ts'
import { examineRedis } from '../infra/redis.ts'
import { withDatabase } from './database.ts'

/** `warn` is for what runs, but not as well as it could. */
interface Finding {
  level: 'ok' | 'warn' | 'fail'
  sentence: string
}

const ok = (sentence: string): Finding => ({ level: 'ok', sentence })
const warn = (sentence: string): Finding => ({ level: 'warn', sentence })
const fail = (sentence: string): Finding => ({ level: 'fail', sentence })

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check that everything the server needs is there')
    .action(async () => {
      let failed = false
      for await (const { level, sentence } of examine()) {
        console.log(`${level.padEnd(4)} ${sentence}`)
        failed ||= level === 'fail'
      }
      if (failed) process.exitCode = 1
    })
}

async function* examine(): AsyncGenerator<Finding> {
  yield nodeVersion(process.versions.node)
  let config: Config
  try {
    config = readConfig(environment())
  } catch (error) {
    yield fail(reasonOf(error))
    return
  }
  yield ok('the settings are right')
  yield await dataDirectory(config)
  if (config.s3) yield await bucket(config.s3)
  yield* await database(config)
  yield await redis(config)
  yield await pictures()
  yield await port(config)
}

function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const known = major > 20 || (major === 20 && minor >= 19)
  return known
    ? ok(`Node.js ${version}`)
    : fail(`Node.js ${version} is too old; 20.19 or later is needed`)
}

async function dataDirectory({ dataDir }: Config): Promise<Finding> {
  const probe = join(dataDir, `.doctor-${process.pid}`)
  try {
    await mkdir(dataDir, { recursive: true })
    await writeFile(probe, '')
    await rm(probe)
    return ok(`files can be kept in DATA_DIR, ${dataDir}`)
  } catch (error) {
    return fail(`DATA_DIR ${dataDir} cannot be written to; ${reasonOf(error)}`)
  }
}

async function database(config: Config): Promise<Finding[]> {
  try {
    return await withDatabase(config, async (url) => [
      ...(await withClient(url, examineServer)),
      await withClient(url, (client) => connections(client, config)),
      await migrations(url, config),
      ...(await withClient(url, (client) => shutOut(client, config))),
    ])
  } catch (error) {
    return [fail(reasonOf(error))]
  }
}

interface ServerRow {
  version: number
  name: string
  encoding: string
  folds: boolean
}

async function examineServer(client: Client): Promise<Finding[]> {
  const { rows } = await client.query<ServerRow>(`
    select current_setting('server_version_num')::int as version, current_setting('server_version') as name,
      current_setting('server_encoding') as encoding, lower('ÀЖ') = 'àж' as folds`)
  return rows.flatMap(({ version, name, encoding, folds }) => [
    version >= 150_000 && version < 190_000
      ? ok(`PostgreSQL ${name} answers`)
      : fail(`PostgreSQL ${name} answers, but 15 to 18 is what Parley works with`),
    encoding === 'UTF8'
      ? ok('the database is in UTF-8')
      : fail(`the database is in ${encoding}; create it with encoding UTF8`),
    folds
      ? ok('the database knows letters beyond ASCII')
      : warn(
          'the database has the locale C, so search finds ASCII letters only; create it with C.UTF-8',
        ),
  ])
}

/** Of this machine: what other nodes hold is not known here. */
async function connections(client: Client, config: Config): Promise<Finding> {
  const { rows } = await client.query<{ most: number }>(
    `select current_setting('max_connections')::int as most`,
  )
  const most = rows[0]?.most ?? 0
  const wanted = connectionsOf(config)
  return wanted <= most
    ? ok(`PostgreSQL takes ${most} connections, and Parley up to ${wanted}`)
    : warn(
        `PostgreSQL takes ${most} connections, and Parley up to ${wanted}; raise max_connections, or ` +
          'lower DATABASE_POOL',
      )
}

async function migrations(url: string, { migrate }: Config): Promise<Finding> {
  try {
    const pending = await pendingMigrations({ url })
    if (pending.length === 0) return ok('every migration is applied')
    const sentence = `pending migrations: ${pending.join(', ')}`
    return migrate === 'auto'
      ? ok(`${sentence}; the next start applies them`)
      : fail(`${sentence}; run "parley migrate up"`)
  } catch (error) {
    return fail(reasonOf(error))
  }
}

/** Whom PASSWORDS=off leaves no way to sign in; asked over the tables of two services, for nobody
 *  but the operator. */
async function shutOut(client: Client, { passwords }: Config): Promise<Finding[]> {
  if (passwords) return []
  const known = await client.query<{ here: boolean }>(
    `select to_regclass('identities') is not null as here`,
  )
  if (!known.rows[0]?.here) return []
  const { rows } = await client.query<{ people: number }>(`
    select count(*)::int as people from users u
    where password_hash is not null and status = 'active'
      and not exists (select from identities where user_id = u.id)
      and not exists (select from passkeys where user_id = u.id)`)
  const people = rows[0]?.people ?? 0
  return people === 0
    ? [ok('everybody can sign in without a password')]
    : [
        warn(
          `${people} of the people have nothing but a password, and PASSWORDS is off; let them link a ` +
            'provider or add a passkey while it is on',
        ),
      ]
}

async function redis({ redisUrl }: Config): Promise<Finding> {
  if (redisUrl === undefined) return ok('no REDIS_URL: a single node needs none')
  try {
    const { version, isCluster } = await examineRedis(redisUrl)
    if (Number.parseInt(version) < 7) {
      return fail(`Redis ${version} answers, but 7.0 or later is needed`)
    }
    if (isCluster === redisUrl.includes('+cluster:')) return ok(`Redis ${version} answers`)
    const [is, scheme] = isCluster ? ['a', 'redis+cluster://'] : ['no', 'redis://']
    return fail(`Redis ${version} answers, but it is ${is} cluster; write ${scheme} in REDIS_URL`)
  } catch (error) {
    return fail(`unable to reach Redis; ${reasonOf(error)}`)
  }
}

async function bucket(options: S3Options): Promise<Finding> {
  try {
    return (await new S3BlobStore(options).isOpen())
      ? ok('the bucket of S3_ENDPOINT answers')
      : fail('the bucket of S3_ENDPOINT is not there, or its keys do not open it')
  } catch (error) {
    return fail(`unable to reach S3_ENDPOINT; ${reasonOf(causeOf(error))}`)
  }
}

/** What the network said, behind our own sentence. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? causeOf(error.cause) : error
}

/** Its programs for each platform are optional packages: an installation can lack them. */
async function pictures(): Promise<Finding> {
  try {
    await import('sharp')
    return ok('pictures can be read')
  } catch {
    return warn('nobody can choose a picture, since sharp is not installed for this platform')
  }
}

async function port({ host, port }: Config): Promise<Finding> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve)
    })
    return ok(`port ${port} on ${host} is free`)
  } catch (error) {
    // Beside a running Parley that is as it should be.
    return warn(`port ${port} on ${host} cannot be listened on now; ${reasonOf(error)}`)
  } finally {
    server.close()
  }
}
