import type { Static } from 'typebox'
import type { FrameDeclaration } from '../contract/frames.ts'
import type { Transaction } from '../infra/db.ts'
import type { Announcer, UserNews } from '../realtime/announcement.ts'
import { bumpStateSeqs } from './user-queries.ts'

/** A frame made by `userEvent`. */
type UserEvent = FrameDeclaration & { kind: 'user' }
type DataOf<E extends UserEvent> = Static<E['schema']> extends { data: infer D } ? D : never
type Extra = Pick<UserNews, 'attach' | 'detach'>

/** News for all devices of one person (L4). */
export class UserEvents {
  readonly #announcer: Announcer

  constructor({ announcer }: { announcer: Announcer }) {
    this.#announcer = announcer
  }

  /** Bumps the person's `state_seq` in this transaction (locks her row: rooms must be locked
   *  before, sessions after), and tells her devices once it is committed. */
  async announce<E extends UserEvent>(
    tx: Transaction,
    userId: string,
    event: E,
    data: DataOf<E>,
    extra: Extra = {},
  ): Promise<void> {
    await this.announceAll(tx, event, [{ userId, data, ...extra }])
  }

  /** The same for several people, each at most once, in one statement. */
  async announceAll<E extends UserEvent>(
    tx: Transaction,
    event: E,
    news: readonly ({ userId: string; data: DataOf<E> } & Extra)[],
  ): Promise<void> {
    const seqs = await bumpStateSeqs(
      tx,
      news.map(({ userId }) => userId),
    )
    tx.afterCommit(() => {
      for (const { userId, data, ...extra } of news) {
        const frame = { type: event.type, userSeq: seqs.get(userId), data }
        this.#announcer.tell({ userId, frame, ...extra })
      }
    })
  }

  /** Bumps `state_seq` without a frame: for changes of many people at once, of whom those online
   *  get a fresh `ready` when their node next compares it. */
  async bump(tx: Transaction, userIds: readonly string[]): Promise<void> {
    await bumpStateSeqs(tx, userIds)
  }
}
