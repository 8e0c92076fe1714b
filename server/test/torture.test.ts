/** The short run of the torture: fixed seed, a node and a worker killed, PostgreSQL and Redis restarted. */
import { afterAll, describe, expect, it } from 'vitest'
import { checkHistory } from '../../bench/src/torture/checker/check.ts'
import { torture } from '../../bench/src/torture/run.ts'
import { findPostgres } from '../../bench/src/torture/servers/postgres.ts'
import { hasRedis } from '../../bench/src/torture/servers/redis.ts'
import { Children } from '../../bench/src/rig/children.ts'
import { buildParley } from '../../bench/src/rig/parley-node.ts'

const isPossible = findPostgres() !== null && hasRedis()
if (!isPossible) {
  process.stderr.write(
    '\n*** Tests: NO PostgreSQL in /usr/lib/postgresql or NO redis-server: the torture run is SKIPPED. ***\n',
  )
}

describe.skipIf(!isPossible)('a short torture', () => {
  const children = new Children()
  afterAll(() => children.stopAll(), 60_000)

  it('loses nothing and doubles nothing while a node, a worker, PostgreSQL and Redis die', async () => {
    buildParley()
    const faults = ['kill', 'kill-worker', 'restart-postgres', 'restart-redis'] as const
    const size = { seed: 7, seconds: 20, nodes: 2, workers: 2, people: 16 }
    const options = { ...size, faults, pauseMs: [500, 2000] as const }
    const history = await torture(options, children, () => undefined)
    expect(new Set(history.faults.map(({ fault }) => fault))).toEqual(new Set(faults))
    const acknowledged = history.calls.filter(({ work, stored }) => work.what === 'send' && stored)
    expect(acknowledged.length).toBeGreaterThan(100)
    expect(checkHistory(history).violations).toEqual([])
  }, 180_000)
})
