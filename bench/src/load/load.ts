import type { Crowd } from './crowd.ts'
import type { SenderTotal } from './delivery-check.ts'
import { firstId } from './dialect.ts'
import type { Dialect } from './dialect.ts'
import { Latencies } from './latencies.ts'
import { Sender } from './sender.ts'
import type { SenderSpec } from './sender.ts'

/** How senders go on. */
export type Pace =
  /** Closed loop: so many messages of a sender without an answer; a pause after each answer. */
  | { kind: 'window'; window: number; pauseMs: number }
  /** Open loop: so many messages a second over all senders, whatever the answers do. */
  | { kind: 'rate'; perSecond: number }

export interface LoadSpec {
  run: number
  senders: readonly SenderSpec[]
  pace: Pace
  textBytes: number
  /** Which deliveries in this process are timed from their send: all, or those to members whose
   *  node is not the sender's. */
  timeDeliveries: 'none' | 'all' | 'otherNode'
}

/** The senders of this process, at work. */
export class Load {
  readonly #crowd: Crowd
  readonly #dialect: Dialect
  readonly #spec: LoadSpec
  readonly #senders: Sender[]
  readonly #byMember = new Map<number, Sender>()
  readonly #bySender = new Map<number, Sender>()
  /** By sender and number, when a message was meant to be sent. */
  readonly #meant = new Map<number, number[]>()
  #running = true
  acked = 0
  acks = new Latencies()
  deliveries = new Latencies()
  /** How late the client itself was, in an open loop. */
  lateness = new Latencies()

  constructor(crowd: Crowd, dialect: Dialect, spec: LoadSpec) {
    this.#crowd = crowd
    this.#dialect = dialect
    this.#spec = spec
    const { run, textBytes } = spec
    this.#senders = spec.senders.map((sender) => {
      const send = (text: string): void => crowd.send(sender.member, text)
      return new Sender({ spec: sender, dialect, run, textBytes, send })
    })
    for (const sender of this.#senders) {
      this.#byMember.set(sender.spec.member, sender)
      this.#bySender.set(sender.spec.sender, sender)
      if (spec.timeDeliveries !== 'none') this.#meant.set(sender.spec.sender, [])
    }
  }

  start(): void {
    const { pace } = this.#spec
    if (pace.kind === 'rate') return this.#keepRate(pace.perSecond)
    for (const sender of this.#senders) {
      for (let n = 0; n < pace.window; n++) this.#send(sender, performance.now())
    }
  }

  /** Forgets what was measured so far: the warm-up is over. */
  restartMeasuring(): void {
    this.acks = new Latencies()
    this.deliveries = new Latencies()
    this.lateness = new Latencies()
  }

  /** Ends sending; resolves once everything sent is acknowledged or the patience is over, with how
   *  far each came. */
  async stop(patienceMs: number): Promise<SenderTotal[]> {
    this.#running = false
    await this.#crowd.until(() => this.unanswered === 0, patienceMs)
    return this.#senders.map(({ spec: { sender, room }, sent }) => ({ sender, room, total: sent }))
  }

  get unanswered(): number {
    return this.#senders.reduce((sum, { waiting }) => sum + waiting, 0)
  }

  onAck(member: number, bytes: Buffer, start: number, end: number): void {
    if (this.#dialect.kindOf(bytes, start) === 'refusal') {
      return this.#crowd.fail(`a message was refused: ${bytes.toString('utf8', start, end)}`)
    }
    const sender = this.#byMember.get(member)
    if (sender) this.#acknowledged(sender, this.#dialect.ackId(bytes, start))
  }

  #acknowledged(sender: Sender, id: number): void {
    const meant = sender.acknowledge(id)
    if (meant === undefined) return
    this.acked++
    const now = performance.now()
    this.acks.add(now - meant)
    const { pace } = this.#spec
    if (!this.#running || pace.kind === 'rate') return
    if (pace.pauseMs === 0) this.#send(sender, now)
    else setTimeout(() => this.#running && this.#send(sender, performance.now()), pace.pauseMs)
  }

  onDelivery(member: number, sender: number, number: number): void {
    if (this.#dialect.acknowledgesByEcho) this.#takeEcho(member, sender, number)
    const meant = this.#meant.get(sender)?.[number]
    if (meant === undefined) return
    if (this.#spec.timeDeliveries === 'otherNode' && this.#sameNode(member, sender)) return
    this.deliveries.add(performance.now() - meant)
  }

  #takeEcho(member: number, from: number, number: number): void {
    const sender = this.#byMember.get(member)
    if (sender?.spec.sender === from) this.#acknowledged(sender, firstId + number)
  }

  #sameNode(member: number, sender: number): boolean {
    const from = this.#bySender.get(sender)?.spec.member
    return from !== undefined && this.#crowd.portOf(from) === this.#crowd.portOf(member)
  }

  /** A member is back: what it had sent without an answer goes out again. */
  onLive(member: number): void {
    this.#byMember.get(member)?.repeat()
  }

  #send(sender: Sender, meant: number): void {
    const number = sender.send(meant)
    const times = this.#meant.get(sender.spec.sender)
    if (times) times[number] = meant
  }

  /** Sends what is due each millisecond, a sender after the other. Every message's time is set
   *  beforehand: a client or server that falls behind is charged for it. */
  #keepRate(perSecond: number): void {
    const start = performance.now()
    let next = 0
    const tick = (): void => {
      if (!this.#running) return
      const now = performance.now()
      for (let due = start; ; next++) {
        due = start + (next * 1000) / perSecond
        const sender = this.#senders[next % this.#senders.length]
        if (due > now || !sender) break
        this.lateness.add(now - due)
        this.#send(sender, due)
      }
      setTimeout(tick, 1)
    }
    tick()
  }
}
