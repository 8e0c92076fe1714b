/** The environment → typed Config: the only reader of process.env. */
import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { InvalidValue } from './config-values.ts'
import type { S3Options } from './infra/blobs-s3.ts'
import { nameFor, providerSettings } from './provider-settings.ts'
import type { Setting } from './setting.ts'
import { settings } from './settings.ts'

type ValuesOf<Table extends Record<string, Pick<Setting<unknown>, 'fallback'>>> = {
  [Key in keyof Table]: Table[Key]['fallback']
}
type Values = ValuesOf<typeof settings>

/** A provider of OIDC_PROVIDERS. */
export type OidcProvider = ValuesOf<typeof providerSettings> & {
  name: string
  issuer: string
  clientId: string
}

/** What every part of Parley is configured with; absent settings without a fallback are undefined. */
export type Config = Omit<Values, 'migrate' | 'oidcProviders' | `s3${string}`> & {
  migrate: 'auto' | 'check'
  oidcProviders: readonly OidcProvider[]
  /** undefined: files are kept in DATA_DIR. */
  s3: S3Options | undefined
}

/** A process's connections to PostgreSQL outside its pool: what stores messages, and one to spare. */
const besidePool = 2

/** How many connections to PostgreSQL all processes of this machine open at most. */
export function connectionsOf({ workers, databasePool }: Config): number {
  return workers * (databasePool + besidePool)
}

/** What is wrong with the environment, as one sentence. */
export class ConfigError extends Error {
  override name = 'ConfigError'

  constructor(reason: string) {
    super(`unable to read the settings; ${reason}`)
  }
}

/** The process's environment and, where a variable is not in it, the file `.env` of the working directory. */
export function environment(): NodeJS.ProcessEnv {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}
  return { ...file, ...process.env }
}

/** ConfigError for the first setting that is not right. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const values = valuesOf(settings, env)
  if (values.metricsPort !== undefined && values.metricsPort === values.port) {
    throw new ConfigError(`METRICS_PORT must differ from PORT, which is ${values.port} too`)
  }
  if (values.workers > 1 && values.redisUrl === undefined) {
    throw new ConfigError(
      `WORKERS above 1 needs REDIS_URL, which carries news between the ${values.workers} processes`,
    )
  }
  if (values.production && values.bcryptCost < 10) {
    throw new ConfigError('BCRYPT_COST must be at least 10 where NODE_ENV is production')
  }
  requireWhole(values)
  const { s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey, ...others } = values
  return {
    ...others,
    s3: s3Of({ s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey }),
    oidcProviders: values.oidcProviders.map((name) => providerOf(name, env)),
    migrate: values.migrate ?? (values.databaseUrl === undefined ? 'auto' : 'check'),
  }
}

function valuesOf<Table extends Record<string, Setting<never> | Setting<unknown>>>(
  table: Table,
  env: NodeJS.ProcessEnv,
): ValuesOf<Table> {
  const read = ([key, declared]: [string, Setting<unknown>]) => [key, valueOf(declared, env)]
  // Each entry's type is its declaration's; Object.entries cannot say so.
  return Object.fromEntries(Object.entries(table).map(read)) as ValuesOf<Table>
}

/** What is needed as soon as something else is set. */
function requireWhole(values: Values): void {
  const { trustedIssuer, trustedAudience, trustedJwksUrl, publicUrl, production } = values
  if (production && values.oidcProviders.length > 0 && publicUrl === undefined) {
    throw new ConfigError('OIDC_PROVIDERS needs PUBLIC_URL, where providers send people back to')
  }
  if (!values.passwords && values.oidcProviders.length === 0 && trustedIssuer === undefined) {
    throw new ConfigError(
      'PASSWORDS=off needs OIDC_PROVIDERS or TRUSTED_ISSUER, without which nobody new comes in',
    )
  }
  if (trustedIssuer === undefined) return
  if (trustedAudience === undefined) {
    throw new ConfigError(
      'TRUSTED_ISSUER needs TRUSTED_AUDIENCE: a token made for something else must not open this server',
    )
  }
  if (trustedIssuer === (publicUrl ?? 'parley')) {
    throw new ConfigError('TRUSTED_ISSUER must differ from PUBLIC_URL, which signs our own tokens')
  }
  if (trustedJwksUrl === undefined && !/^https?:/.test(trustedIssuer)) {
    throw new ConfigError('TRUSTED_JWKS_URL is needed where TRUSTED_ISSUER is no URL')
  }
}

type S3Values = Pick<Values, Extract<keyof Values, `s3${string}`>>

function s3Of(values: S3Values): S3Options | undefined {
  const { s3Endpoint, s3Region: region, s3AccessKeyId, s3SecretAccessKey } = values
  if (s3Endpoint === undefined) return undefined
  if (s3AccessKeyId === undefined || s3SecretAccessKey === undefined) {
    throw new ConfigError('S3_ENDPOINT needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY')
  }
  const keys = { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey }
  return { endpoint: s3Endpoint, region, ...keys }
}

function providerOf(name: string, env: NodeJS.ProcessEnv): OidcProvider {
  const named = Object.entries(providerSettings).map(
    ([key, declared]) => [key, { ...declared, name: nameFor(name, declared.name) }] as const,
  )
  // The same table, each name with the provider's in it.
  const table = Object.fromEntries(named) as typeof providerSettings
  const { issuer, clientId, ...rest } = valuesOf(table, env)
  if (issuer === undefined || clientId === undefined) {
    const missing = issuer === undefined ? table.issuer : table.clientId
    throw new ConfigError(`OIDC_PROVIDERS names ${name}, so ${missing.name} is needed`)
  }
  return { ...rest, name, issuer, clientId }
}

function valueOf(declared: Setting<unknown>, env: NodeJS.ProcessEnv): unknown {
  const value = declared.secret ? secretOf(declared.name, env) : env[declared.name]?.trim()
  if (value === undefined || value === '') return declared.fallback
  try {
    return declared.parse(value)
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error
    const shown = declared.secret ? '' : `, not "${value}"`
    throw new ConfigError(`${declared.name} must be ${error.message}${shown}`)
  }
}

function secretOf(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const file = env[`${name}_FILE`]?.trim()
  const value = env[name]?.trim()
  if (file === undefined || file === '') return value
  if (value !== undefined && value !== '') {
    throw new ConfigError(`${name} and ${name}_FILE are both set; keep one of them`)
  }
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new ConfigError(`${name}_FILE must name a readable file, not "${file}"`)
  }
}
