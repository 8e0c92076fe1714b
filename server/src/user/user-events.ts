import type { Static } from 'typebox'
import type { FrameDeclaration } from '../contract/frames.ts'
import type { Scope } from '../contract/scopes.ts'
import type { Transaction } from '../infra/db.ts'
import type { Announcer, UserNews } from '../realtime/announcement.ts'
import { userUpdated, withoutAddress } from './schema.ts'
import type { OwnUser } from './schema.ts'
import { bumpStateSeqs } from './user-queries.ts'

/** A frame made by `userEvent`. */
type UserEvent = FrameDeclaration & { kind: 'user' }
type DataOf<E extends UserEvent> = Static<E['schema']> extends { data: infer D } ? D : never
type Extra = Pick<UserNews, 'attach' | 'detach'>
interface Told<E extends UserEvent> extends Extra {
  userId: string
  data: DataOf<E>
  /** What her programs without this scope are told in its place. */
  veiled?: { scope: Scope; data: DataOf<E> }
}

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

  /** That her profile or her account is as this now. */
  async announceUser(tx: Transaction, user: OwnUser): Promise<void> {
    const veiled = { scope: 'people:read', data: withoutAddress(user) } as const
    await this.announceAll(tx, userUpdated, [{ userId: user.id, data: user, veiled }])
  }

  /** The same for several people, each at most once, in one statement. */
  async announceAll<E extends UserEvent>(
    tx: Transaction,
    event: E,
    news: readonly Told<E>[],
  ): Promise<void> {
    const seqs = await bumpStateSeqs(
      tx,
      news.map(({ userId }) => userId),
    )
    tx.afterCommit(() => {
      for (const { userId, data, veiled, ...extra } of news) {
        const common = { type: event.type, userSeq: seqs.get(userId) }
        const veil = veiled && {
          veil: { scope: veiled.scope, frame: { ...common, data: veiled.data } },
        }
        this.#announcer.tell({ userId, frame: { ...common, data }, ...veil, ...extra })
      }
    })
  }

  /** Bumps `state_seq` without a frame: for changes of many people at once, of whom those online
   *  get a fresh `ready` when their node next compares it. */
  async bump(tx: Transaction, userIds: readonly string[]): Promise<void> {
    await bumpStateSeqs(tx, userIds)
  }
}
