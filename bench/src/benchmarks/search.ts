import type { Client } from 'pg'
import { Latencies } from '../load/latencies.ts'
import { figure, table } from '../report/table.ts'
import type { Bench } from '../rig/bench.ts'
import { loadInBulk } from '../rig/bulk-load.ts'
import { cpuMsOf } from '../rig/cpu-time.ts'
import { machineLines } from '../rig/machine.ts'
import { makeNames } from '../rig/names.ts'
import type { Name } from '../rig/names.ts'
import { ParleyNode } from '../rig/parley-node.ts'
import { People } from '../rig/people.ts'
import { addPeople, addSessions } from '../rig/population.ts'
import { RequestsInTurn } from '../rig/requests-in-turn.ts'
import { quantileMs, routeTimes } from '../rig/route-times.ts'
import type { RouteTimes } from '../rig/route-times.ts'
import { kinds } from './search-terms.ts'

const route = '/v1/users'
const slice = 20_000

/** Finding someone among a million people, by all that people type (search-terms.ts). */
export async function search(bench: Bench): Promise<void> {
  const { options, children, profileFolder: profileInto } = bench
  const count = options.people ?? (options.quick ? 20_000 : 1_000_000)
  const node = await ParleyNode.start(children, { profileInto, dataDir: options.data })
  for (const line of await machineLines(node.database)) bench.say(line)
  const requests = options.quick ? 50 : 300
  const names = makeNames(count, options.names)
  bench.say(`requests   ${requests} of each kind`)
  const refreshToken = await node.database.with('parley', async (client) => {
    await fill(client, names, (line) => bench.say(line))
    return (await addSessions(client, 0, 1))[0] ?? ''
  })
  const { accessToken } = await new People(node.url).refresh(refreshToken)
  const reader = new RequestsInTurn(node.address, accessToken)
  const all = new Latencies()
  const rows = []
  const start = await routeTimes(node.url, route)
  for (const { what, among, termOf } of kinds) {
    const those = names.filter(({ displayName }) => among.test(displayName))
    const ask = () => {
      const term = termOf(oneOf(those).displayName)
      return reader.get(`${route}?q=${encodeURIComponent(term)}`)
    }
    for (let n = 0; n < requests / 10; n++) await ask()
    reader.restart()
    const before = await routeTimes(node.url, route)
    const used = cpuMs(node)
    for (let n = 0; n < requests; n++) await ask()
    const cpu = figure((cpuMs(node) - used) / requests)
    all.merge(reader.times)
    const inServer = timesBetween(before, await routeTimes(node.url, route))
    rows.push([what, ...timesOf(reader.times), ...inServer, cpu, String(reader.refused)])
  }
  reader.close()
  const end = await routeTimes(node.url, route)
  rows.push(['all', ...timesOf(all), ...timesBetween(start, end), '', ''])
  bench.say(`\n${table(head, rows)}`)
  bench.say("server: its own histogram in /metrics, evenly spread within a bucket's bounds")
  bench.say('CPU: of server and database, a request')
  const found = quantileMs(0.99, start, end)
  bench.bar('search, p99 in the server', { found, atMost: 30 }, 'ms')
}

const head = ['one at a time', 'client p50 ms', 'p99', 'server p50 ms', 'p99', 'CPU ms', 'refused']

const cpuMs = (node: ParleyNode): number => cpuMsOf([node.pid]) + node.database.cpuMs

const timesBetween = (before: RouteTimes, after: RouteTimes): string[] =>
  [0.5, 0.99].map((share) => figure(quantileMs(share, before, after)))

const timesOf = (times: Latencies): string[] =>
  [0.5, 0.99].map((share) => figure(times.percentile(share)))

const oneOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T // there are some

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
