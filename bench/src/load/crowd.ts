import { noFaults } from './delivery-check.ts'
import type { Faults, SenderTotal } from './delivery-check.ts'
import type { Dialect } from './dialect.ts'
import { MarkerFinder, countAt, runAt, senderAt } from './marker.ts'
import { Member } from './member.ts'
import type { MemberSpec } from './member.ts'

interface CrowdDeps {
  dialect: Dialect
  members: readonly MemberSpec[]
  /** Members come back after a lost connection. */
  returns: boolean
  onAck: (member: number, bytes: Buffer, start: number, end: number) => void
  onDelivery: (member: number, sender: number, number: number) => void
  onLive: (member: number) => void
}

/** The members of this process: opens their connections, counts and checks what they receive. */
export class Crowd {
  readonly #members: Member[]
  readonly #markers = new MarkerFinder()
  readonly #onDelivery: CrowdDeps['onDelivery']
  #run = 0
  #failure: string | undefined
  delivered = 0
  live = 0

  constructor({ dialect, members, returns, onAck, onDelivery, onLive }: CrowdDeps) {
    this.#onDelivery = onDelivery
    this.#members = members.map(
      (spec, at) =>
        new Member({
          spec,
          dialect,
          returns,
          onMessage: (bytes, start, end) => this.#deliver(at, bytes, start, end),
          onAck: (bytes, start, end) => onAck(at, bytes, start, end),
          onLive: () => {
            this.live++
            onLive(at)
          },
          onLost: () => this.live--,
          onFailure: (reason) => this.fail(reason),
        }),
    )
  }

  /** The port of the node this member is connected to. */
  portOf(member: number): number | undefined {
    return this.#members[member]?.spec.address.port
  }

  /** By member: since when it is live, in milliseconds since 1970; null where it is not. */
  get liveSince(): (number | null)[] {
    return this.#members.map(({ liveSince = null }) => liveSince)
  }

  /** Makes whatever waits reject: the benchmark cannot go on. */
  fail(reason: string): void {
    this.#failure ??= reason
  }

  /** Opens every connection, so many at a time; resolves when all are live. */
  async open(atOnce: number): Promise<void> {
    for (let at = 0; at < this.#members.length; at += atOnce) {
      const wave = this.#members.slice(at, at + atOnce)
      for (const member of wave) member.connect()
      const opened = await this.until(() => wave.every(({ isLive }) => isLive), 60_000)
      if (!opened) throw new Error('connections were not live within a minute')
    }
  }

  close(): void {
    for (const member of this.#members) member.close()
  }

  /** From now on only markers of this run count. */
  begin(run: number): void {
    this.#run = run
    this.delivered = 0
    for (const { check } of this.#members) check.reset()
  }

  isLive(member: number): boolean {
    return this.#members[member]?.isLive ?? false
  }

  send(member: number, text: string): void {
    this.#members[member]?.send(text)
  }

  /** Waits until every member has everything; what is missing by then is lost. */
  async verify(totals: readonly SenderTotal[], patienceMs: number): Promise<Faults> {
    const expected = this.#members.map(({ spec, check }) => ({
      check,
      senders: totals.filter(({ room }) => spec.rooms.includes(room)),
    }))
    await this.until(
      () => expected.every(({ check, senders }) => check.isComplete(senders)),
      patienceMs,
    )
    const faults = noFaults()
    for (const { check, senders } of expected) check.addTo(faults, senders)
    return faults
  }

  /** False where the time was over first; rejects where a member failed. */
  async until(condition: () => boolean, patienceMs: number): Promise<boolean> {
    const giveUp = performance.now() + patienceMs
    while (!condition()) {
      if (this.#failure !== undefined) throw new Error(this.#failure)
      if (performance.now() > giveUp) return false
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return true
  }

  #deliver(member: number, bytes: Buffer, start: number, end: number): void {
    const marker = this.#markers.find(bytes, start, end)
    if (marker < 0 || runAt(bytes, marker) !== this.#run) return
    this.delivered++
    const sender = senderAt(bytes, marker)
    const number = countAt(bytes, marker)
    this.#members[member]?.check.take(sender, number)
    this.#onDelivery(member, sender, number)
  }
}
