import { setTimeout as sleep } from 'node:timers/promises'
import type { Place } from '../history.ts'
import type { Random } from '../random.ts'
import * as calls from './calls.ts'
import { Device } from './device.ts'
import type { Account, World } from './device.ts'

interface WardenDeps {
  world: World
  account: Account
  random: Random
}

/** The owner of every room but the direct ones: removes people and lets them in again, and reads
 *  all of it at the end. Never leaves, so that nothing is hidden from it. */
export class Warden {
  readonly device: Device
  readonly #deps: WardenDeps

  constructor(deps: WardenDeps) {
    this.#deps = deps
    this.device = new Device(deps)
  }

  async watch(until: AbortSignal, places: readonly Place[], people: readonly string[]) {
    const { random } = this.#deps
    const working = new Set<Promise<void>>()
    while (!until.aborted) {
      await sleep(random.between(500, 2000), undefined, { signal: until }).catch(() => undefined)
      const room = random.pick(places.filter(({ kind }) => kind !== 'direct')).id
      const work = this.#replace(room, random.pick(people)).finally(() => working.delete(work))
      working.add(work)
    }
    await Promise.all(working)
  }

  /** Out, and in again some time later: whoever was never in comes in. */
  async #replace(room: string, userId: string): Promise<void> {
    const { random } = this.#deps
    await calls.changeMember(this.device, room, 'remove', userId)
    await sleep(random.between(0, 4000))
    await calls.changeMember(this.device, room, 'add', userId)
  }
}
