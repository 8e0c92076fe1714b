import { figure, table } from '../report/table.ts'
import type { Latencies } from '../load/latencies.ts'
import type { Pace } from '../load/load.ts'
import type { Bench } from '../rig/bench.ts'
import { machineLines } from '../rig/machine.ts'
import type { System } from '../rig/system.ts'
import { measure } from './measure.ts'
import type { Measurement } from './measure.ts'
import { startSystems } from './systems.ts'

const lone = {
  shape: { rooms: 1, members: 10 },
  pace: { kind: 'window', window: 1, pauseMs: 10 },
} as const
const shape = { rooms: 20, members: 10 }
const full = { kind: 'window', window: 20, pauseMs: 0 } as const
const share = 0.5

/** From send to acknowledgement and to delivery: one message at a time on an idle system; then an
 *  open loop at half of the capacity measured just before, counted from the time each message was
 *  meant to be sent, so that whoever falls behind is charged for it. */
export async function latency(bench: Bench): Promise<void> {
  const { postgres, systems, clients } = await startSystems(bench)
  for (const line of await machineLines(postgres)) bench.say(line)
  const rows: string[][] = []
  for (const system of systems) {
    const take = async (what: { shape: typeof shape; pace: Pace }): Promise<Measurement> => {
      const seats = await system.seat(what.shape)
      const found = await measure({
        ...what,
        bench,
        clients,
        system,
        postgres,
        seats,
        timeDeliveries: 'all',
      })
      if (system.dialect === 'parley') bench.blame(found.faults)
      return found
    }
    rows.push(rowOf(system, 'lone message', await take(lone)))
    const { messagesPerSecond } = await take({ shape, pace: full })
    const perSecond = messagesPerSecond * share
    const name = `${figure(perSecond)}/s of ${figure(messagesPerSecond)}`
    rows.push(rowOf(system, name, await take({ shape, pace: { kind: 'rate', perSecond } })))
  }
  bench.say(`\n${table(head, rows)}`)
  bench.say('late: how long after the intended time the client itself sent; part of the others')
}

const head = ['', 'ack p50 ms', 'p99', 'delivery p50', 'p99', 'late p50', 'p99', 'samples']

function rowOf({ name }: System, what: string, found: Measurement): string[] {
  const { acks, deliveries, lateness } = found
  const both = (times: Latencies): string[] => [0.5, 0.99].map((p) => figure(times.percentile(p)))
  return [
    `${name}, ${what}`,
    ...both(acks),
    ...both(deliveries),
    ...both(lateness),
    String(acks.size),
  ]
}
