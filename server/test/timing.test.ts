/** Whether an answer's time tells that somebody is known. `TIMING_PAIRS=2000` looks longer, and
 *  prints what it found. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { doorsWorld } from './doors-world.ts'
import type { DoorsWorld } from './doors-world.ts'

const pairs = Number(process.env['TIMING_PAIRS'] ?? 200)

let world: DoorsWorld
beforeAll(async () => {
  const env = { LIMIT_SCALE: '100000', BCRYPT_COST: process.env['TIMING_COST'] ?? '5' }
  world = await doorsWorld({ env })
})
afterAll(() => world.close())

type Asked = () => Promise<unknown>

async function timeOf(ask: Asked): Promise<number> {
  const began = performance.now()
  await ask()
  const time = performance.now() - began
  // What goes on behind the answer is over before the next one is timed.
  for (let n = 0; n < 2; n++) await world.call('GET', '/readyz')
  return time
}

/** Both in turn, either one first by the toss of a coin. */
async function timesOf(known: Asked, unknown: Asked) {
  const times = { known: [] as number[], unknown: [] as number[] }
  for (let warm = 0; warm < 10; warm++) for (const ask of [known, unknown]) await ask()
  for (let pair = 0; pair < pairs; pair++) {
    const knownFirst = Math.random() < 0.5
    const first = await timeOf(knownFirst ? known : unknown)
    const second = await timeOf(knownFirst ? unknown : known)
    times.known.push(knownFirst ? first : second)
    times.unknown.push(knownFirst ? second : first)
  }
  return times
}

/** The sign test: of pairs that do not differ half are slower one way. Five standard deviations
 *  from there is what chance does once in a million runs, however loud the machine is. */
function expectNoDifference({ known, unknown }: { known: number[]; unknown: number[] }): void {
  const slower = known.filter((time, pair) => time > (unknown[pair] ?? 0)).length
  const deviations = (slower - pairs / 2) / (Math.sqrt(pairs) / 2)
  if (process.env['TIMING_PAIRS']) {
    const figures = [known, unknown].map((times) =>
      [0.1, 0.5, 0.9].map((share) => quantile(times, share).toFixed(2)).join(' / '),
    )
    const line = `known ${figures[0]} ms, unknown ${figures[1]} ms, ${deviations} deviations`
    process.stdout.write(`${line}\n`)
  }
  expect(Math.abs(deviations)).toBeLessThan(5)
}

const quantile = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.floor(share * times.length)] ?? Number.NaN

let count = 0
const post = (path: string, payload: object) => world.call('POST', path, { payload })

it('a log-in takes as long for a login nobody has as for a wrong password', async () => {
  const path = '/v1/auth/login'
  const logIn = async (login: string) => {
    const { code } = await post(path, { login, password: `a guess, ${count++}` })
    expect(code).toBe('invalid_credentials')
  }
  expectNoDifference(
    await timesOf(
      () => logIn('ada'),
      () => logIn('adb'),
    ),
  )
})

it('asking for a new password takes as long for an address nobody has', async () => {
  const ask = async (email: string) => {
    expect((await post('/v1/auth/password-reset', { email })).status).toBe(202)
  }
  expectNoDifference(
    await timesOf(
      () => ask('ada@example.org'),
      () => ask('adb@example.org'),
    ),
  )
})
