/** The settings, in one table: config.ts reads the environment by it, and .env.example and docs/operations.md are written from it. */
import {
  absolutePath,
  bcryptCost,
  databaseUrl,
  domainList,
  mailSender,
  number,
  oneOf,
  onOff,
  origin,
  originList,
  redisUrl,
  signingKeys,
  smtpUrl,
  text,
  trustedProxies,
  wholeNumber,
} from './config-values.ts'
import { fileSettings } from './file-settings.ts'
import { setting } from './setting.ts'
import type { Setting } from './setting.ts'
import { signInSettings } from './sign-in-settings.ts'

/** In the order an operator meets them. */
export const settings = {
  databaseUrl: setting<string | undefined>({
    name: 'DATABASE_URL',
    about: 'PostgreSQL 15 to 18. Without it Parley runs a PostgreSQL of its own inside DATA_DIR.',
    fallback: undefined,
    fallbackText: 'embedded',
    example: 'postgresql://parley:secret@localhost:5432/parley',
    secret: true,
    parse: databaseUrl,
  }),
  databasePool: setting({
    name: 'DATABASE_POOL',
    about: 'How many connections to PostgreSQL each process holds for its queries.',
    fallback: 10,
    parse: wholeNumber(2, 500),
  }),
  redisUrl: setting<string | undefined>({
    name: 'REDIS_URL',
    about:
      'Redis or Valkey, 7.0 or later. Joins several nodes; a single node needs none. A Redis Cluster is ' +
      'redis+cluster:// with one of its nodes or several, comma separated.',
    fallback: undefined,
    fallbackText: 'none, a single node',
    example: 'redis://localhost:6379',
    secret: true,
    parse: redisUrl,
  }),
  workers: setting({
    name: 'WORKERS',
    about:
      'How many processes serve the port, each a node of its own with a DATABASE_POOL of its own. ' +
      'More than one needs REDIS_URL.',
    fallback: 1,
    parse: wholeNumber(1, 64),
  }),
  port: setting({
    name: 'PORT',
    about: 'Where HTTP and WebSocket are served; 0 takes any free port.',
    fallback: 3000,
    parse: wholeNumber(0, 65_535),
  }),
  host: setting({
    name: 'HOST',
    about:
      'The address to listen on. Only this machine by default, since the first start is open to ' +
      'registration and speaks plain HTTP; 0.0.0.0 or :: where a proxy or a container is in front.',
    fallback: '127.0.0.1',
    parse: text,
  }),
  publicUrl: setting<string | undefined>({
    name: 'PUBLIC_URL',
    about:
      'Where people reach Parley, behind whatever proxy. Once set, requests for another Host are ' +
      'refused, and with https browsers are told to stay on TLS.',
    fallback: undefined,
    fallbackText: 'any Host is answered',
    example: 'https://chat.example.org',
    parse: origin,
  }),
  dataDir: setting({
    name: 'DATA_DIR',
    about:
      'Where the embedded database lives, exports of personal data are kept for a day, pictures where ' +
      'there is no S3_ENDPOINT, and mails where there is no SMTP_URL.',
    fallback: absolutePath('./data'),
    fallbackText: './data',
    parse: absolutePath,
  }),
  corsOrigins: setting<readonly string[]>({
    name: 'CORS_ORIGINS',
    about: 'Origins of other web pages that may call this server from a browser, comma separated.',
    fallback: [],
    fallbackText: 'none',
    example: 'https://app.example.org,http://localhost:5173',
    parse: originList,
  }),
  trustProxy: setting<string | undefined>({
    name: 'TRUST_PROXY',
    about:
      'Whose X-Forwarded-* headers count: addresses or networks, comma separated; loopback, linklocal ' +
      'and uniquelocal are names for some.',
    fallback: undefined,
    fallbackText: 'nobody',
    example: 'loopback,10.0.0.0/8',
    parse: trustedProxies,
  }),
  logLevel: setting({
    name: 'LOG_LEVEL',
    about: 'The least important lines still written.',
    fallback: 'info',
    parse: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  }),
  logFormat: setting<'json' | 'pretty' | undefined>({
    name: 'LOG_FORMAT',
    about: 'One JSON object a line (json), or lines for people (pretty).',
    fallback: undefined,
    fallbackText: 'pretty on a terminal, else json',
    example: 'json',
    parse: oneOf('json', 'pretty'),
  }),
  jwtKeys: setting<ReturnType<typeof signingKeys> | undefined>({
    name: 'JWT_KEYS',
    about:
      'The keys that sign access tokens, instead of those kept in PostgreSQL: a JSON array of private ' +
      'Ed25519 JWKs, each with a kid. The first signs, all verify.',
    fallback: undefined,
    fallbackText: 'kept in PostgreSQL',
    example: '[{"kty":"OKP","crv":"Ed25519","kid":"2026-11","x":"…","d":"…"}]',
    secret: true,
    parse: signingKeys,
  }),
  migrate: setting<'auto' | 'check' | undefined>({
    name: 'MIGRATE',
    about:
      'At the start, apply pending migrations (auto), or refuse to start while there are any (check).',
    fallback: undefined,
    fallbackText: 'auto on the embedded database, else check',
    example: 'auto',
    parse: oneOf('auto', 'check'),
  }),
  registration: setting({
    name: 'REGISTRATION',
    about:
      'Who may create an account: anyone (open), anyone whose address is confirmed by mail first ' +
      '(verified), people with an invitation of an administrator (invitation), or only the command ' +
      'line (closed).',
    fallback: 'open',
    parse: oneOf('open', 'verified', 'invitation', 'closed'),
  }),
  emailDomains: setting<readonly string[] | undefined>({
    name: 'EMAIL_DOMAINS',
    about:
      'The domains whose addresses people may register with, or change theirs to; comma separated. ' +
      'Only REGISTRATION=verified makes sure that an address is theirs.',
    fallback: undefined,
    fallbackText: 'any',
    example: 'example.org,example.com',
    parse: domainList,
  }),
  ...signInSettings,
  sessionDays: setting({
    name: 'SESSION_DAYS',
    about: 'However often it is used, a session that begins now ends after so many days.',
    fallback: 90,
    parse: wholeNumber(1, 3650),
  }),
  sessionIdleDays: setting({
    name: 'SESSION_IDLE_DAYS',
    about: 'A session that was not used for so many days has ended.',
    fallback: 30,
    parse: wholeNumber(1, 3650),
  }),
  smtpUrl: setting<string | undefined>({
    name: 'SMTP_URL',
    about:
      'The server mails are sent through: smtp:// (STARTTLS where it offers that) or smtps://. ' +
      'Without it mails are written to the folder mail in DATA_DIR.',
    fallback: undefined,
    fallbackText: 'files in DATA_DIR',
    example: 'smtp://parley:secret@mail.example.org:587',
    secret: true,
    parse: smtpUrl,
  }),
  mailFrom: setting<string | undefined>({
    name: 'MAIL_FROM',
    about: 'The sender of mails.',
    fallback: undefined,
    fallbackText: 'no-reply at the host of PUBLIC_URL',
    example: 'Parley <no-reply@example.org>',
    parse: mailSender,
  }),
  ...fileSettings,
  docs: setting({
    name: 'DOCS',
    about: 'Serve the interactive API documentation at /docs.',
    fallback: true,
    fallbackText: 'on',
    parse: onOff,
  }),
  bcryptCost: setting({
    name: 'BCRYPT_COST',
    about:
      'The work of hashing one password; each step doubles it. Production refuses less than 10.',
    fallback: 12,
    parse: bcryptCost,
  }),
  limitScale: setting({
    name: 'LIMIT_SCALE',
    about: 'Multiplies every rate limit.',
    fallback: 1,
    parse: number(0.01, 1_000_000),
  }),
  metricsPort: setting<number | undefined>({
    name: 'METRICS_PORT',
    about: 'Serve /metrics on a port of its own, away from the public one.',
    fallback: undefined,
    fallbackText: 'PORT',
    example: '9100',
    parse: wholeNumber(1, 65_535),
  }),
  production: setting({
    name: 'NODE_ENV',
    about: '"production" refuses settings that are only fit for trying out.',
    fallback: false,
    fallbackText: 'not production',
    example: 'production',
    parse: (value) => value === 'production',
  }),
} satisfies Record<string, Setting<never> | Setting<unknown>>
