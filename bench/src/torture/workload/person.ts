import { setTimeout as sleep } from 'node:timers/promises'
import type { Place } from '../history.ts'
import type { Random } from '../random.ts'
import * as calls from './calls.ts'
import type { Door } from './calls.ts'
import { Device } from './device.ts'
import type { Account, World } from './device.ts'

export interface PersonDeps {
  world: World
  account: Account
  random: Random
  places: readonly Place[]
  devices: number
}

/** What a person does next, and how often. */
const habits = {
  send: 50,
  edit: 10,
  delete: 3,
  mark: 10,
  messages: 6,
  log: 5,
  come: 4,
  leave: 2,
  drop: 3,
  stall: 1,
  vanish: 1,
  logout: 1,
}
type Habit = keyof typeof habits

/** A refusal after which the same request may do. */
const passing: readonly string[] = [
  'lost',
  'outcome_unknown',
  'internal',
  'unauthenticated',
  'overloaded',
  'unavailable',
  'rate_limited',
]
const mostWaiting = 12

/** Somebody who chats: a loop of what people and their devices do, drawn from the seed. */
export class Person {
  readonly devices: Device[]
  readonly #deps: PersonDeps
  readonly #own: { room: string; seq: number }[] = []
  readonly #waiting = new Set<Promise<unknown>>()
  #stopping = false
  #said = 0

  constructor(deps: PersonDeps) {
    this.#deps = deps
    this.devices = Array.from({ length: deps.devices }, () => {
      const { world, account, random } = deps
      return new Device({ world, account, random: random.fork() })
    })
  }

  get userId(): string {
    return this.#deps.account.userId
  }

  /** Chats until it is told to stop, then waits for the answers it still needs. */
  async chat(until: AbortSignal): Promise<void> {
    const { random } = this.#deps
    for (const device of this.devices) device.start()
    while (!until.aborted) {
      await sleep(random.between(100, 1100), undefined, { signal: until }).catch(() => undefined)
      if (this.#waiting.size < mostWaiting) this.#follow(this.#act(random.weighted(habits)))
    }
  }

  /** Gives up on what has no answer yet once the patience ends. */
  async settle(patienceMs: number): Promise<void> {
    const patience = sleep(patienceMs).then(() => (this.#stopping = true))
    await Promise.race([patience, Promise.all(this.#waiting)])
    this.#stopping = true
    await Promise.all(this.#waiting)
  }

  #follow(work: Promise<unknown>): void {
    const followed = work.finally(() => this.#waiting.delete(followed))
    this.#waiting.add(followed)
  }

  async #act(habit: Habit): Promise<void> {
    const { random } = this.#deps
    const device = random.pick(this.devices)
    if (habit === 'come') return this.#come(device)
    if (device.positions.rooms.length === 0) return
    const room = random.pick(device.positions.rooms)
    const door: Door = device.isLive && random.chance(0.7) ? 'socket' : 'http'
    if (habit === 'send') await this.#talk(device, room)
    else if (habit === 'edit' || habit === 'delete') await this.#change(device, door, habit)
    else if (habit === 'mark') {
      await calls.mark(device, door, room, device.positions.of(room) ?? 0)
    } else if (habit === 'messages') {
      await calls.readMessages(device, room, random.between(1, 30))
    } else if (habit === 'log') await this.#readLog(device, door, room)
    else if (habit === 'leave') await this.#leave(device, room)
    else await this.#disturb(device, habit)
  }

  /** One message over either door, or some at once over the socket (G4). */
  async #talk(device: Device, room: string): Promise<void> {
    const { random } = this.#deps
    const overSocket = device.isLive && random.chance(0.75)
    const count = overSocket && random.chance(0.3) ? random.between(2, 8) : 1
    const position = device.positions.of(room) ?? 0
    const messages = Array.from({ length: count }, () => {
      const replyTo = random.chance(0.1) && position > 0 ? random.between(1, position) : null
      return { clientId: random.uuid(), text: this.#text(), replyTo }
    })
    const door = overSocket ? 'socket' : 'http'
    await Promise.all(messages.map((message) => this.#deliver(door, device, room, message)))
  }

  #text(): string {
    const { random, account } = this.#deps
    const length = random.chance(0.03) ? random.between(1000, 6000) : random.between(0, 120)
    return `${account.username} says ${++this.#said} ${'.'.repeat(length)}`
  }

  /** Repeats a message until it has an answer: over any door, on any node (P3). */
  async #deliver(
    door: Door,
    device: Device,
    room: string,
    message: { clientId: string; text: string; replyTo: number | null },
  ): Promise<void> {
    const { random } = this.#deps
    let call = await calls.send(device, door, room, message)
    while (passing.includes(call.outcome) && !this.#stopping) {
      await sleep(random.between(50, 1000))
      const next = random.pick(this.devices)
      const way = next.isLive && random.chance(0.5) ? 'socket' : 'http'
      call = await calls.send(next, way, room, message)
    }
    if (!call.stored) return
    this.#own.push({ room, seq: call.stored.seq })
    // Now and then a repeat though it was answered, or another text under the same id.
    if (!random.chance(0.05)) return
    const again = random.chance(0.5) ? message : { ...message, text: `${message.text} (other)` }
    await calls.send(random.pick(this.devices), 'http', room, again)
  }

  async #change(device: Device, door: Door, habit: 'edit' | 'delete'): Promise<void> {
    const { random } = this.#deps
    if (this.#own.length === 0) return
    const { room, seq } = random.pick(this.#own.slice(-20))
    if (habit === 'delete') await calls.remove(device, door, room, seq)
    else await calls.edit(device, door, room, { seq, text: `${this.#text()} (edited)` })
  }

  async #readLog(device: Device, door: Door, room: string): Promise<void> {
    const { random } = this.#deps
    const position = device.positions.of(room) ?? 0
    const after = Math.max(0, position - random.between(0, 40))
    await calls.readLog(device, door, room, { after, limit: random.between(1, 60) })
  }

  async #come(device: Device): Promise<void> {
    const channels = this.#deps.places.filter(({ kind }) => kind === 'channel')
    await calls.join(device, this.#deps.random.pick(channels).id)
  }

  async #leave(device: Device, room: string): Promise<void> {
    const place = this.#deps.places.find(({ id }) => id === room)
    if (place?.kind === 'channel') await calls.leave(device, room)
  }

  async #disturb(device: Device, habit: Habit): Promise<void> {
    const { random } = this.#deps
    if (habit === 'drop') device.socket?.terminate()
    if (habit === 'vanish') device.abandon(random.between(1000, 90_000))
    if (habit === 'logout') await calls.logOut(device)
    if (habit !== 'stall') return
    const socket = device.socket
    socket?.stall()
    await sleep(random.between(500, 8000))
    socket?.read()
  }
}
