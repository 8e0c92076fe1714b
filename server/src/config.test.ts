import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderEnvExample, renderSettings } from './config-documents.ts'
import { ConfigError, readConfig } from './config.ts'
import { settings } from './settings.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-config-'))
})
afterAll(() => rm(folder, { recursive: true }))

const key = { kty: 'OKP', crv: 'Ed25519', kid: 'a', x: 'x'.repeat(43), d: 'd'.repeat(43) }

describe('settings', () => {
  it('have defaults that start a single node on this machine', () => {
    expect(readConfig({})).toEqual({
      databaseUrl: undefined,
      databasePool: 10,
      redisUrl: undefined,
      workers: 1,
      port: 3000,
      host: '127.0.0.1',
      publicUrl: undefined,
      dataDir: resolve('data'),
      corsOrigins: [],
      trustProxy: undefined,
      logLevel: 'info',
      logFormat: undefined,
      jwtKeys: undefined,
      migrate: 'auto',
      passwords: true,
      registration: 'open',
      emailDomains: undefined,
      oidcProviders: [],
      appUrls: [],
      trustedIssuer: undefined,
      trustedAudience: undefined,
      trustedJwksUrl: undefined,
      trustedAlgorithms: ['EdDSA', 'ES256', 'RS256'],
      trustedClaims: {
        username: 'preferred_username',
        displayName: 'name',
        email: 'email',
        emailVerified: 'email_verified',
      },
      sessionDays: 90,
      sessionIdleDays: 30,
      smtpUrl: undefined,
      mailFrom: undefined,
      docs: true,
      bcryptCost: 12,
      limitScale: 1,
      metricsPort: undefined,
      production: false,
    })
  })

  it('take an empty value as absent', () => {
    const empty = Object.values(settings).flatMap(({ name }) => [name, `${name}_FILE`])
    expect(readConfig(Object.fromEntries(empty.map((name) => [name, ' '])))).toEqual(readConfig({}))
  })

  it('are typed values, whatever is written around them', () => {
    const config = readConfig({
      DATABASE_URL: ' postgresql:///parley?host=/run/postgresql\n',
      REDIS_URL: 'rediss://user:secret@redis.example.org:6380/1',
      PORT: '0',
      PUBLIC_URL: 'https://Chat.Example.org:443/',
      CORS_ORIGINS: ' https://app.example.org , http://localhost:5173,',
      TRUST_PROXY: 'loopback, 10.0.0.0/8,fd00::/8',
      JWT_KEYS: JSON.stringify([key, { ...key, kid: 'b' }]),
      DOCS: 'off',
      LIMIT_SCALE: '0.5',
      METRICS_PORT: '9100',
    })
    expect(config).toMatchObject({
      databaseUrl: 'postgresql:///parley?host=/run/postgresql',
      redisUrl: 'rediss://user:secret@redis.example.org:6380/1',
      port: 0,
      publicUrl: 'https://chat.example.org',
      corsOrigins: ['https://app.example.org', 'http://localhost:5173'],
      trustProxy: 'loopback,10.0.0.0/8,fd00::/8',
      jwtKeys: [key, { ...key, kid: 'b' }],
      docs: false,
      limitScale: 0.5,
      metricsPort: 9100,
    })
  })

  it('of each provider bear its name', () => {
    const env = {
      OIDC_PROVIDERS: 'google, company-login',
      OIDC_GOOGLE_ISSUER: 'https://accounts.google.com',
      OIDC_GOOGLE_CLIENT_ID: 'parley',
      OIDC_GOOGLE_CLIENT_SECRET: 'hunter2',
      OIDC_COMPANY_LOGIN_ISSUER: 'http://localhost:8080/realms/team',
      OIDC_COMPANY_LOGIN_CLIENT_ID: 'chat',
      OIDC_COMPANY_LOGIN_SCOPES: 'email groups',
      OIDC_COMPANY_LOGIN_REGISTRATION: 'open',
    }
    expect(readConfig(env).oidcProviders).toMatchObject([
      { name: 'google', clientSecret: 'hunter2', scopes: 'openid profile email' },
      { name: 'company-login', clientId: 'chat', scopes: 'openid email groups' },
    ])
  })

  it('let passwords be off where people come another way', () => {
    const provider = { OIDC_A_ISSUER: 'https://a.example', OIDC_A_CLIENT_ID: 'parley' }
    expect(readConfig({ PASSWORDS: 'off', OIDC_PROVIDERS: 'a', ...provider }).passwords).toBe(false)
    const product = { TRUSTED_ISSUER: 'https://a.example', TRUSTED_AUDIENCE: 'parley' }
    expect(readConfig({ PASSWORDS: 'off', ...product }).passwords).toBe(false)
    expect(readConfig({}).passwords).toBe(true)
  })

  it('only check the migrations of a database that is not ours, unless told otherwise', () => {
    const url = 'postgres://localhost/parley'
    expect(readConfig({ DATABASE_URL: url }).migrate).toBe('check')
    expect(readConfig({ DATABASE_URL: url, MIGRATE: 'auto' }).migrate).toBe('auto')
    expect(readConfig({ MIGRATE: 'check' }).migrate).toBe('check')
  })

  it.each([
    [{ PORT: 'abc' }, 'PORT must be a whole number from 0 to 65535, not "abc"'],
    [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535, not "65536"'],
    [{ PORT: '-1' }, 'PORT must be a whole number from 0 to 65535, not "-1"'],
    [{ PORT: '3e3' }, 'PORT must be a whole number from 0 to 65535, not "3e3"'],
    [{ DATABASE_POOL: '1' }, 'DATABASE_POOL must be a whole number from 2 to 500, not "1"'],
    [{ LIMIT_SCALE: '0' }, 'LIMIT_SCALE must be a number from 0.01 to 1000000, not "0"'],
    [{ LIMIT_SCALE: 'Infinity' }, 'LIMIT_SCALE must be a number from 0.01 to 1000000'],
    [{ BCRYPT_COST: '16' }, 'BCRYPT_COST must be a whole number from 4 to 15, not "16"'],
    [{ MIGRATE: 'yes' }, 'MIGRATE must be one of auto, check, not "yes"'],
    [{ DOCS: 'true' }, 'DOCS must be one of on, off, not "true"'],
    [
      { LOG_LEVEL: 'INFO' },
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent',
    ],
    [{ PUBLIC_URL: 'chat.example.org' }, 'PUBLIC_URL must be a scheme, a host and perhaps a port'],
    [{ PUBLIC_URL: 'https://example.org/chat' }, 'PUBLIC_URL must be a scheme, a host'],
    [{ PUBLIC_URL: 'ws://example.org' }, 'PUBLIC_URL must be a scheme, a host'],
    [{ CORS_ORIGINS: 'https://a.example,*' }, 'CORS_ORIGINS must be origins like'],
    [{ CORS_ORIGINS: 'null' }, 'CORS_ORIGINS must be origins like'],
    [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY must be the proxies’ addresses'],
    [{ TRUST_PROXY: '1' }, 'TRUST_PROXY must be the proxies’ addresses'],
    [{ TRUST_PROXY: '0.0.0.0/0' }, 'TRUST_PROXY must be the proxies’ addresses'],
    [{ TRUST_PROXY: '10.0.0.0/33' }, 'TRUST_PROXY must be the proxies’ addresses'],
    [{ EMAIL_DOMAINS: '@example.org' }, 'EMAIL_DOMAINS must be domains like example.org'],
    [{ SMTP_URL: 'mail.example.org' }, 'SMTP_URL must be a URL like smtp://'],
    [{ MAIL_FROM: 'Parley' }, 'MAIL_FROM must be an address like'],
    [{ S3_ENDPOINT: 's3.example.org/bucket' }, 'S3_ENDPOINT must be an address like https://'],
    [{ S3_ENDPOINT: 'https://s3.example.org/b?x=1' }, 'S3_ENDPOINT must be an address like'],
    [
      { S3_ENDPOINT: 'https://s3.example.org/b', S3_ACCESS_KEY_ID: 'a' },
      'S3_ENDPOINT needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY',
    ],
    [{ METRICS_PORT: '3000' }, 'METRICS_PORT must differ from PORT, which is 3000 too'],
    [{ WORKERS: '0' }, 'WORKERS must be a whole number from 1 to 64, not "0"'],
    [
      { WORKERS: '2' },
      'WORKERS above 1 needs REDIS_URL, which carries news between the 2 processes',
    ],
    [{ OIDC_PROVIDERS: 'Google' }, 'OIDC_PROVIDERS must be names of a-z, 0-9 and -'],
    [{ OIDC_PROVIDERS: 'a-b' }, 'OIDC_PROVIDERS names a-b, so OIDC_A_B_ISSUER is needed'],
    [
      { OIDC_PROVIDERS: 'a', OIDC_A_ISSUER: 'https://a.example' },
      'OIDC_PROVIDERS names a, so OIDC_A_CLIENT_ID is needed',
    ],
    [
      { OIDC_PROVIDERS: 'a', OIDC_A_ISSUER: 'http://a.example' },
      'OIDC_A_ISSUER must be the issuer’s https URL',
    ],
    [
      { OIDC_PROVIDERS: 'a', NODE_ENV: 'production', BCRYPT_COST: '12' },
      'OIDC_PROVIDERS needs PUBLIC_URL',
    ],
    [{ APP_URLS: 'javascript:alert(1)' }, 'APP_URLS must be addresses like'],
    [{ APP_URLS: 'http://example.org/in' }, 'APP_URLS must be addresses like'],
    [{ TRUSTED_ISSUER: 'https://a.example' }, 'TRUSTED_ISSUER needs TRUSTED_AUDIENCE'],
    [
      {
        TRUSTED_ISSUER: 'https://a.example',
        TRUSTED_AUDIENCE: 'a',
        PUBLIC_URL: 'https://a.example',
      },
      'TRUSTED_ISSUER must differ from PUBLIC_URL',
    ],
    [{ TRUSTED_ISSUER: 'shop', TRUSTED_AUDIENCE: 'a' }, 'TRUSTED_JWKS_URL is needed'],
    [{ PASSWORDS: 'off' }, 'PASSWORDS=off needs OIDC_PROVIDERS or TRUSTED_ISSUER'],
    [{ PASSWORDS: 'never' }, 'PASSWORDS must be one of on, off'],
    [{ TRUSTED_ALGORITHMS: 'HS256' }, 'TRUSTED_ALGORITHMS must be algorithms out of EdDSA'],
    [{ TRUSTED_ALGORITHMS: 'none' }, 'TRUSTED_ALGORITHMS must be algorithms out of EdDSA'],
    [{ TRUSTED_CLAIMS: 'name=full_name' }, 'TRUSTED_CLAIMS must be pairs like'],
    [
      { NODE_ENV: 'production', BCRYPT_COST: '9' },
      'BCRYPT_COST must be at least 10 where NODE_ENV',
    ],
  ])('stop the start with one sentence: %j', (env, sentence) => {
    expect(() => readConfig(env)).toThrow(ConfigError)
    expect(() => readConfig(env)).toThrow(`unable to read the settings; ${sentence}`)
  })

  it.each([
    [
      { DATABASE_URL: 'mysql://root:hunter2@localhost/x' },
      'DATABASE_URL must be a connection string',
    ],
    [
      { DATABASE_URL: 'postgres://u:hun/ter2@localhost/x' },
      'DATABASE_URL must be a connection string',
    ],
    [{ REDIS_URL: 'http://:hunter2@localhost' }, 'REDIS_URL must be a URL like redis://host:6379'],
    [{ REDIS_URL: 'redis://:hunter2@one,two' }, 'for a Redis Cluster redis+cluster://host:6379,'],
    [{ JWT_KEYS: 'hunter2' }, 'JWT_KEYS must be a JSON array of private JWKs'],
    [{ JWT_KEYS: '[]' }, 'JWT_KEYS must be a JSON array'],
    [{ JWT_KEYS: JSON.stringify([key, key]) }, 'JWT_KEYS must be a JSON array'],
    [{ JWT_KEYS: JSON.stringify([{ ...key, d: undefined }]) }, 'JWT_KEYS must be a JSON array'],
  ])('never show a secret that is not right: %j', (env, sentence) => {
    expect(() => readConfig(env)).toThrow(sentence)
    expect(() => readConfig(env)).not.toThrow(/hunter2|x{43}/)
  })

  it('name a bucket once it is whole', () => {
    const keys = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'key' }
    expect(readConfig(keys).s3).toBeUndefined()
    expect(readConfig({ ...keys, S3_ENDPOINT: 'https://s3.example.org/b/' }).s3).toEqual({
      endpoint: 'https://s3.example.org/b',
      region: 'auto',
      accessKeyId: 'id',
      secretAccessKey: 'key',
    })
  })

  it('read a secret from a file, or say why not', async () => {
    const file = join(folder, 'database-url')
    await writeFile(file, 'postgres://localhost/parley\n')
    expect(readConfig({ DATABASE_URL_FILE: file }).databaseUrl).toBe('postgres://localhost/parley')
    expect(() => readConfig({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://b/c' })).toThrow(
      'DATABASE_URL and DATABASE_URL_FILE are both set; keep one of them',
    )
    expect(() => readConfig({ REDIS_URL_FILE: `${file}-not` })).toThrow(
      `REDIS_URL_FILE must name a readable file, not "${file}-not"`,
    )
    await writeFile(file, 'hunter2')
    expect(() => readConfig({ DATABASE_URL_FILE: file })).not.toThrow(/hunter2/)
  })
})

describe('the documents of the settings', () => {
  const root = new URL('../../', import.meta.url)

  it('are fresh: npm run gen writes them', async () => {
    expect(await readFile(new URL('.env.example', root), 'utf8')).toBe(renderEnvExample())
    const page = await readFile(new URL('docs/operations.md', root), 'utf8')
    expect(page).toContain('| `BCRYPT_COST` | 12 |')
    expect(renderSettings(page)).toBe(page)
  })
})
