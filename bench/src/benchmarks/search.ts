import type { Client } from 'pg'
import { Latencies } from '../load/latencies.ts'
import { figure, table } from '../report/table.ts'
import type { Bench } from '../rig/bench.ts'
import { loadInBulk } from '../rig/bulk-load.ts'
import { machineLines } from '../rig/machine.ts'
import { makeNames } from '../rig/names.ts'
import type { Name } from '../rig/names.ts'
import { ParleyNode } from '../rig/parley-node.ts'
import { People } from '../rig/people.ts'
import { addPeople, addSessions } from '../rig/population.ts'
import { RequestsInTurn } from '../rig/requests-in-turn.ts'
import { quantileMs, routeTimes } from '../rig/route-times.ts'

const route = '/v1/users'
const slice = 20_000

/** Finding someone among a million people: by the beginning of a name, by letters inside it, with
 *  a letter wrong, and nobody at all. */
export async function search(bench: Bench): Promise<void> {
  const { options, children, profileFolder: profileInto } = bench
  const count = options.people ?? (options.quick ? 20_000 : 1_000_000)
  const node = await ParleyNode.start(children, { profileInto, dataDir: options.data })
  for (const line of await machineLines(node.database)) bench.say(line)
  const names = makeNames(count, options.names)
  const refreshToken = await node.database.with('parley', async (client) => {
    await fill(client, names, (line) => bench.say(line))
    return (await addSessions(client, 0, 1))[0] ?? ''
  })
  const { accessToken } = await new People(node.url).refresh(refreshToken)
  const reader = new RequestsInTurn(node.address, accessToken)
  const requests = options.quick ? 50 : 500
  const all = new Latencies()
  const rows = []
  for (const [what, termOf] of terms) {
    const ask = () => reader.get(`${route}?q=${encodeURIComponent(termOf(oneOf(names)))}`)
    for (let n = 0; n < requests / 10; n++) await ask()
    reader.restart()
    const before = await routeTimes(node.url, route)
    for (let n = 0; n < requests; n++) await ask()
    const after = await routeTimes(node.url, route)
    all.merge(reader.times)
    const inServer = [0.5, 0.99].map((share) => figure(quantileMs(share, before, after)))
    rows.push([
      what,
      ...timesOf(reader.times),
      ...inServer,
      String(requests),
      String(reader.refused),
    ])
  }
  reader.close()
  rows.push(['all', ...timesOf(all), '', '', String(all.size)])
  bench.say(`\n${table(head, rows)}`)
  bench.say("server: its own histogram in /metrics, evenly spread within a bucket's bounds")
  bench.bar('search, p99 at the client', { found: all.percentile(0.99), atMost: 30 }, 'ms')
}

const head = [
  'one at a time',
  'client p50 ms',
  'p99',
  'server p50 ms',
  'p99',
  'requests',
  'refused',
]

const timesOf = (times: Latencies): string[] =>
  [0.5, 0.99].map((share) => figure(times.percentile(share)))

const oneOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T // there are some

/** What people type who look for this name. */
const terms: readonly (readonly [what: string, termOf: (name: Name) => string])[] = [
  ['one letter', ({ displayName }) => displayName.slice(0, 1)],
  ['two letters', ({ displayName }) => displayName.slice(0, 2)],
  ['the beginning, 4 letters', ({ displayName }) => displayName.slice(0, 4)],
  ['a whole name', ({ displayName }) => displayName],
  ['3 letters inside', ({ displayName }) => displayName.slice(2, 5).trim().padEnd(3, 'a')],
  ['5 letters inside', ({ displayName }) => displayName.slice(1, 6).trim()],
  ['a letter wrong', ({ displayName }) => `${displayName.slice(0, 3)}q${displayName.slice(4)}`],
  ['nobody', () => `zzqx${Math.random().toString(36).slice(2, 8)}`],
]

/** Unless they are there already. */
async function fill(client: Client, names: readonly Name[], say: (line: string) => void) {
  const { rows } = await client.query<{ there: number }>('select count(*)::int as there from users')
  const there = rows[0]?.there ?? 0
  if (there === names.length) return say('load       kept from an earlier run')
  if (there > 0) throw new Error(`--data holds ${there} other people: give an empty folder`)
  const started = performance.now()
  await loadInBulk(client, 'users', async () => {
    for (let first = 0; first < names.length; first += slice) {
      await addPeople(client, first, names.slice(first, first + slice))
    }
  })
  say(
    `load       ${names.length} people after ${Math.round((performance.now() - started) / 1000)} s`,
  )
}
