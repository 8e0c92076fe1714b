import type { BackOff } from './back-off.ts'
import type { Connection } from './connection.ts'
import { ParleyError } from './error.ts'
import type { LogEntry, Member, MessagePage, Room as RoomView } from './generated/schemas.ts'
import type { Http } from './http.ts'
import { MessageWindow } from './message-window.ts'
import { Repairs } from './repairs.ts'
import type { RoomState } from './room-state.ts'

interface RoomUpkeepDeps {
  id: string
  state: RoomState
  http: Http
  connection: Pick<Connection, 'send' | 'isLive'>
  newBackOff: () => BackOff
  /** Each entry, once and in order. */
  onEntry: (entry: LogEntry) => void
  /** A page of the history came. */
  onPage: (page: MessagePage) => void
  onChange: () => void
}

type PageBounds = { before?: number; after?: number; around?: number; limit?: number }

/** A snapshot that is older than what is known is asked for again, so often. */
const mostTries = 5
const pageSize = 50
const mostInPage = 200

/** Keeps the state of one room whole: reads what is missing, fetches what a reset took away. */
export class RoomUpkeep {
  readonly #deps: RoomUpkeepDeps
  readonly #repairs: Repairs<'log' | 'view' | 'history' | 'members' | 'marker'>
  /** The read marker as the server has it. */
  #acknowledged: number

  constructor(deps: RoomUpkeepDeps) {
    this.#deps = deps
    this.#acknowledged = deps.state.readMark.readSeq
    this.#repairs = new Repairs({
      work: {
        log: () => this.#readLog(),
        view: () => this.#fetchView(),
        history: () => this.#fetchHistory(),
        members: () => this.loadMembers(),
        marker: () => this.#sendMarker(),
      },
      canWork: () => deps.connection.isLive,
      backOff: deps.newBackOff(),
    })
  }

  /** Takes an entry; asks for those before it where they did not come. */
  take(entry: LogEntry): void {
    this.#apply(entry)
    if (this.#deps.state.hasHole) this.#repairs.need('log')
  }

  /** The view of a `ready`. */
  takeReady(view: RoomView): void {
    const { state } = this.#deps
    if (view.lastSeq >= state.cursor) state.takeView(view)
    else this.#repairs.need('view')
    this.#acknowledged = view.readSeq
    state.read(view.readSeq)
    this.#checked()
  }

  /** Everything again from this view. */
  restart(view: RoomView): void {
    const { state } = this.#deps
    state.restart(view)
    this.#acknowledged = view.readSeq
    if (state.window) this.#repairs.need('history')
    if (state.members) this.#repairs.need('members')
    this.#deps.onChange()
  }

  /** The connection is live again; `again`: what passes was missed, such as receipts. */
  resume(again: boolean): void {
    const { state } = this.#deps
    if (state.isBehind) this.#repairs.need('log')
    if (again && state.members) this.#repairs.need('members')
    if (state.readMark.readSeq > this.#acknowledged) this.#repairs.need('marker')
    this.#checked()
    this.#repairs.resume()
  }

  markRead(seq: number): void {
    const { state, onChange } = this.#deps
    if (seq <= state.readMark.readSeq) return
    state.read(seq)
    this.#repairs.need('marker')
    this.#checked()
    onChange()
  }

  /** The marker was moved, here or on another device. */
  takeMarker(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, seq)
    this.#deps.state.read(seq)
    this.#checked()
  }

  /** The unread count does not hold any more. */
  recount(): void {
    this.#repairs.need('view')
  }

  /** A window of its own: the latest page, or the one around a message. */
  async open(bounds: PageBounds): Promise<void> {
    await this.#snapshot(
      () => this.#page(bounds),
      (page) => this.#takePage(page, new MessageWindow(page)),
    )
  }

  async loadOlder(limit?: number): Promise<void> {
    const { window } = this.#deps.state
    const before = window?.firstSeq
    if (window?.hasOlder) {
      await this.#extend(window, { before, limit }, (page) => window.addOlder(before, page))
    }
  }

  async loadNewer(limit?: number): Promise<void> {
    const { window } = this.#deps.state
    const after = window?.lastSeq
    if (window?.isLatest === false) {
      await this.#extend(window, { after, limit }, (page) => window.addNewer(after, page))
    }
  }

  async loadMembers(): Promise<void> {
    await this.#snapshot(
      () => this.#allMembers(),
      ({ items, lastSeq }) => this.#deps.state.takeMembers(items, lastSeq),
    )
  }

  /** Asks for a snapshot and takes it together with what came meanwhile. */
  async #snapshot<T extends { lastSeq: number }>(
    ask: () => Promise<T>,
    take: (snapshot: T) => void,
  ): Promise<void> {
    const { state, onChange } = this.#deps
    for (let tries = 0; tries < mostTries; tries++) {
      const lease = state.lease()
      try {
        const snapshot = await ask()
        if (!state.accepts(lease, snapshot.lastSeq)) continue
        take(snapshot)
      } finally {
        state.release(lease)
      }
      this.#checked()
      return onChange()
    }
    throw new ParleyError('unexpected_answer', 'unable to use the answer; it is too old')
  }

  #takePage(page: MessagePage, window: MessageWindow): void {
    this.#deps.state.takePage(page.lastSeq, window)
    this.#deps.onPage(page)
  }

  /** Where the window was replaced meanwhile, the page is of no use. */
  #extend(
    window: MessageWindow,
    bounds: PageBounds,
    add: (page: MessagePage) => void,
  ): Promise<void> {
    return this.#snapshot(
      () => this.#page(bounds),
      (page) => {
        if (this.#deps.state.window !== window) return
        add(page)
        this.#takePage(page, window)
      },
    )
  }

  async #page(bounds: PageBounds): Promise<MessagePage> {
    const params = { path: { roomId: this.#deps.id }, query: { limit: pageSize, ...bounds } }
    const { data } = await this.#deps.http.GET('/v1/rooms/{roomId}/messages', { params })
    return data
  }

  /** As of the first page: what happened while the others were read comes as entries. */
  async #allMembers(): Promise<{ items: Member[]; lastSeq: number }> {
    const items: Member[] = []
    let asOf: number | undefined
    let cursor: string | undefined
    do {
      const query = { limit: mostInPage, cursor }
      const params = { path: { roomId: this.#deps.id }, query }
      const { data } = await this.#deps.http.GET('/v1/rooms/{roomId}/members', { params })
      items.push(...data.items)
      asOf ??= data.lastSeq
      cursor = data.nextCursor ?? undefined
    } while (cursor !== undefined)
    return { items, lastSeq: asOf }
  }

  async #readLog(): Promise<void> {
    const { id, state, connection } = this.#deps
    while (state.isBehind) {
      const lease = state.lease()
      try {
        const page = { room: id, after: state.cursor, limit: mostInPage }
        const { items, lastSeq } = await connection.send('room.sync', page)
        if (!state.accepts(lease, lastSeq) || items.length === 0) return
        for (const entry of items) this.#apply(entry)
      } finally {
        state.release(lease)
      }
    }
  }

  async #fetchView(): Promise<void> {
    const { id, http, state } = this.#deps
    await this.#snapshot(
      async () => {
        const params = { path: { roomId: id } }
        const { data } = await http.GET('/v1/rooms/{roomId}', { params })
        if ('role' in data) return data
        throw new ParleyError('forbidden', 'unable to read room; you are no longer in this room')
      },
      (view) => state.takeView(view),
    )
  }

  /** After a reset: the same place again. */
  async #fetchHistory(): Promise<void> {
    const { window } = this.#deps.state
    if (!window) return
    const { messages, isLatest } = window
    const limit = Math.min(Math.max(messages.length, pageSize), mostInPage)
    const middle = messages[Math.floor(messages.length / 2)]
    await this.open(isLatest || !middle ? { limit } : { around: middle.seq, limit })
  }

  async #sendMarker(): Promise<void> {
    const { id, state, connection } = this.#deps
    const { readSeq } = state.readMark
    if (readSeq <= this.#acknowledged) return
    const mark = await connection.send('read.set', { room: id, seq: readSeq })
    this.takeMarker(mark.readSeq)
  }

  #apply(entry: LogEntry): void {
    const { state, onEntry, onChange } = this.#deps
    const applied = state.take(entry)
    for (const one of applied) onEntry(one)
    if (applied.length === 0) return
    this.#checked()
    onChange()
  }

  /** After every change: what is not known any more is asked for. */
  #checked(): void {
    const { state } = this.#deps
    if (!state.needsView) return
    state.needsView = false
    this.#repairs.need('view')
  }
}
