import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RoomModel, me } from '../test/room-model.ts'
import type { MessagePage } from './index.ts'
import { MessageWindow } from './message-window.ts'
import { RoomState } from './room-state.ts'

type Answer = (asOf: number) => void

/** A room at the server, a client's state of it, and questions that are on their way. */
class Scene {
  readonly model = new RoomModel()
  readonly state: RoomState
  /** Each with the entry that was the last when it was asked. */
  readonly #asked: { since: number; answer: Answer }[] = []

  constructor() {
    const isBlocked = (userId: string): boolean => userId === this.model.blocked
    this.state = new RoomState(this.model.view(this.model.head), { userId: me, isBlocked })
  }

  /** One entry, new or old, as it reads now. */
  deliver(seq: number): void {
    this.state.take(this.model.entry(seq, this.model.head))
  }

  ask(take: (asOf: number) => void): void {
    const lease = this.state.lease()
    const answer: Answer = (asOf) => {
      if (this.state.accepts(lease, asOf)) take(asOf)
      this.state.release(lease)
    }
    this.#asked.push({ since: this.model.head, answer })
  }

  /** Answers one of the questions, as of some moment since it was asked. */
  answer(pick: number): void {
    const [question] = this.#asked.splice(pick % Math.max(1, this.#asked.length), 1)
    if (!question) return
    const { since, answer } = question
    answer(since + (pick % (this.model.head - since + 1)))
  }

  page(asOf: number, from: number, to: number): MessagePage {
    const all = this.model.messages(asOf)
    const items = all.filter(({ seq }) => seq >= from && seq <= to)
    const [first, last] = [items[0]?.seq ?? from, items.at(-1)?.seq ?? to]
    const hasBefore = all.some(({ seq }) => seq < first)
    const hasAfter = all.some(({ seq }) => seq > last)
    return { items, lastSeq: asOf, hasBefore, hasAfter }
  }

  askPage(length: number): void {
    this.ask((asOf) => {
      const from = this.model.messages(asOf).at(-length)?.seq ?? 0
      this.state.takePage(asOf, new MessageWindow(this.page(asOf, from, asOf)))
    })
  }

  askAround(seq: number): void {
    this.ask((asOf) =>
      this.state.takePage(asOf, new MessageWindow(this.page(asOf, seq - 2, seq + 2))),
    )
  }

  askOlder(): void {
    const { window } = this.state
    const before = window?.firstSeq
    this.ask((asOf) => {
      if (!window || window !== this.state.window || before === undefined) return
      const older = this.model.messages(asOf).filter(({ seq }) => seq < before)
      window.addOlder(before, this.page(asOf, older.at(-2)?.seq ?? 0, before - 1))
      this.state.takePage(asOf, window)
    })
  }

  askNewer(): void {
    const { window } = this.state
    const after = window?.lastSeq
    this.ask((asOf) => {
      if (!window || window !== this.state.window || after === undefined) return
      const newer = this.model.messages(asOf).filter(({ seq }) => seq > after)
      window.addNewer(after, this.page(asOf, after + 1, newer[1]?.seq ?? asOf))
      this.state.takePage(asOf, window)
    })
  }

  askView(): void {
    this.state.needsView = false
    const { readSeq } = this.model
    this.ask((asOf) => this.state.takeView(this.model.view(asOf, readSeq)))
  }

  askMembers(): void {
    this.ask((asOf) => this.state.takeMembers(this.model.members(asOf), asOf))
  }

  /** The answer to an edit or a send: a message as it was when it was asked for. */
  askMessage(pick: number): void {
    const all = this.model.messages(this.model.head)
    const message = all[pick % Math.max(1, all.length)]
    const take = (): void => {
      if (!message) return
      if (message.seq > this.state.cursor) this.state.takeOwn(message)
      else this.state.takeMessage(message)
    }
    this.#asked.push({ since: this.model.head, answer: take })
  }

  /** The server says that it will not replay: what was loaded is asked for again. */
  reset(): void {
    this.state.restart(this.model.view(this.model.head))
    if (this.state.window) this.askPage(3)
    if (this.state.members) this.askMembers()
  }

  read(seq: number): void {
    this.model.readSeq = Math.max(this.model.readSeq, seq)
    this.state.read(seq)
  }

  /** Everything that is still missing is asked for and answered. */
  settle(): void {
    for (let n = 0; n < 100; n++) this.answer(n)
    while (this.state.cursor < this.model.head) this.deliver(this.state.cursor + 1)
    while (this.state.needsView) {
      this.askView()
      this.answer(0)
    }
  }
}

const authors = [me, 'ada', 'ben', 'eve']
const steps = {
  write: ({ model }, pick) =>
    model.append({ type: 'message.created', by: authors[pick % 4] ?? me }),
  edit: ({ model }, pick) =>
    model.append({ type: 'message.edited', subject: 1 + (pick % model.head) }),
  delete: ({ model }, pick) =>
    model.append({ type: 'message.deleted', subject: 1 + (pick % model.head) }),
  deleteLast: ({ model }) =>
    model.append({ type: 'message.deleted', subject: model.messages(model.head).at(-1)?.seq ?? 0 }),
  join: ({ model }) => model.append({ type: 'member.joined', who: 'ben' }),
  leave: ({ model }) => model.append({ type: 'member.left', who: 'ben' }),
  promote: ({ model }, pick) =>
    model.append({
      type: 'member.updated',
      who: pick % 2 === 0 ? me : 'ben',
      role: pick % 3 === 0 ? 'admin' : 'member',
    }),
  rename: ({ model }) => model.append({ type: 'room.updated' }),
  deliverNext: (scene) => {
    if (scene.state.cursor < scene.model.head) scene.deliver(scene.state.cursor + 1)
  },
  deliverAny: (scene, pick) => scene.deliver(1 + (pick % scene.model.head)),
  deliverLast: (scene) => scene.deliver(scene.model.head),
  askPage: (scene, pick) => scene.askPage(1 + (pick % 4)),
  askAround: (scene, pick) => scene.askAround(1 + (pick % scene.model.head)),
  askOlder: (scene) => scene.askOlder(),
  askNewer: (scene) => scene.askNewer(),
  askView: (scene) => scene.askView(),
  askMembers: (scene) => scene.askMembers(),
  answer: (scene, pick) => scene.answer(pick),
  answerNow: (scene) => scene.answer(0),
  askMessage: (scene, pick) => scene.askMessage(pick),
  reset: (scene) => scene.reset(),
  read: (scene, pick) => scene.read(1 + (pick % scene.model.head)),
  dropOlder: ({ state }) => state.window?.dropOlder(2),
  dropNewer: ({ state }) => state.window?.dropNewer(2),
} satisfies Record<string, (scene: Scene, pick: number) => void>

function play(chosen: readonly { name: keyof typeof steps; pick: number }[]): Scene {
  const scene = new Scene()
  for (const { name, pick } of chosen) steps[name](scene, pick)
  scene.settle()
  return scene
}

const names = Object.keys(steps) as (keyof typeof steps)[] // its keys
const step = fc.record({ name: fc.constantFrom(...names), pick: fc.nat(1000) })

test('P2 whatever comes when, doubled or late, the state ends as the server has it', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 120, size: 'max' }), (chosen) => {
      const { model, state } = play(chosen)
      expect([state.isBehind, state.hasHole]).toEqual([false, false])
      expect(state.view).toEqual(model.view(model.head))
      expect(state.members ?? model.members(model.head)).toEqual(model.members(model.head))
      const { window } = state
      const held = window?.messages ?? []
      const from = held[0]?.seq ?? Infinity
      const to = window?.isLatest ? Infinity : (held.at(-1)?.seq ?? 0)
      const truth = model.messages(model.head)
      const expected = truth.filter(({ seq }) => seq >= from && seq <= to)
      expect(held).toEqual(expected.map((message) => ({ ...message, state: 'sent' })))
      const isOlder = truth.some(({ seq }) => seq < from)
      expect(held.length === 0 || window?.hasOlder === isOlder).toBe(true)
    }),
    { numRuns: 3000 },
  )
})

test('L5 a hundred unread and more are counted as such, down to none', () => {
  const scene = new Scene()
  for (let n = 0; n < 230; n++) {
    scene.model.append({ type: 'message.created', by: 'ada' })
    steps.deliverNext(scene)
  }
  expect(scene.state.view).toMatchObject({ unread: 100, unreadMore: true })
  scene.read(scene.model.head - 100)
  expect(scene.state.view).toMatchObject({ unread: 100, unreadMore: false })
  expect(scene.state.needsView).toBe(false)
  scene.read(scene.model.head)
  expect(scene.state.view).toMatchObject({ unread: 0, unreadMore: false })
})
