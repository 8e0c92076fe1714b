import { Type } from 'typebox'
import type { Static } from 'typebox'
import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { AppError } from '../contract/error-codes.ts'
import { StringEnum, Struct, named, ref } from '../contract/schema.ts'
import { settledWithin } from '../infra/settled-within.ts'

const tag = 'Health'
const state = StringEnum(['ok', 'failed', 'unused'])

/** Probes are not always of one's own making: what they add to the address means nothing here. */
const query = Type.Object({}, { additionalProperties: true })

const Alive = named('Alive', Struct({ status: Type.Literal('ok') }))
const Readiness = named(
  'Readiness',
  Struct({ status: Type.Literal('ready'), database: state, redis: state }),
)

export interface ReadinessChecks {
  /** Rejects where the database does not answer. */
  database: () => Promise<unknown>
  /** Rejects where Redis does not answer; undefined on a node without one. */
  redis: (() => Promise<unknown>) | undefined
  draining: () => boolean
}

/** `/healthz`: the process answers. `/readyz`: it can serve; for load balancers and Docker. */
export function healthRoutes(checks: ReadinessChecks): Endpoint[] {
  return [
    endpoint(
      {
        method: 'GET',
        path: '/healthz',
        id: 'checkHealth',
        tag,
        summary: 'Is the process alive?',
        description:
          'Asks nothing of the database: use /readyz to know whether requests can be served.',
        access: 'public',
        query,
        answers: { 200: { description: 'It is.', body: ref(Alive) } },
        errors: [],
      },
      async () => ({ status: 200, body: { status: 'ok' as const } }),
    ),
    endpoint(
      {
        method: 'GET',
        path: '/readyz',
        id: 'checkReadiness',
        tag,
        summary: 'Can this node serve?',
        description:
          'Asks the database. Redis being away is reported but does not make a node unready: it still serves, only news between nodes waits.',
        access: 'public',
        query,
        answers: { 200: { description: 'It can.', body: ref(Readiness) } },
        errors: ['unavailable'],
      },
      async () => ({ status: 200, body: await readinessOf(checks) }),
    ),
  ]
}

async function readinessOf(checks: ReadinessChecks): Promise<Static<typeof Readiness>> {
  if (checks.draining()) throw new AppError('unavailable', { reason: 'this node is going down' })
  const [database, redis] = await Promise.allSettled([
    inTime(checks.database()),
    inTime(checks.redis?.()),
  ])
  if (database.status === 'rejected') {
    throw new AppError('unavailable', { reason: 'the database does not answer' })
  }
  const broker = checks.redis ? (redis.status === 'fulfilled' ? 'ok' : 'failed') : 'unused'
  return { status: 'ready', database: 'ok', redis: broker }
}

/** What hangs closes no connection: who has not answered by then does not answer. */
const patienceMs = 3000

async function inTime(check: Promise<unknown> = Promise.resolve()): Promise<void> {
  if (!(await settledWithin(check, patienceMs))) throw new Error('no answer in time')
}
