import type { OwnUser, ReadyFrame, UserSummary } from './generated/schemas.ts'
import type { AnyFrame } from './frame.ts'

/** Who is signed in, as the server told last: her profile and whom she blocks. */
export class Self {
  #user: OwnUser | undefined
  #blocks: ReadonlySet<string> = new Set()
  /** Up to which of her news the profile and the blocks are known. */
  #userSeq = { user: 0, blocks: 0 }

  get user(): OwnUser | undefined {
    return this.#user
  }

  get blocks(): ReadonlySet<string> {
    return this.#blocks
  }

  /** As messages name their authors. */
  get summary(): UserSummary {
    const { id = '', username = '', displayName = '', avatarUrl = '' } = this.#user ?? {}
    return { id, username, displayName, avatarUrl }
  }

  isBlocked(userId: string): boolean {
    return this.#blocks.has(userId)
  }

  /** An answer of the server; of nobody after a log-out. */
  set(user: OwnUser | undefined): void {
    if (user?.id !== this.#user?.id) this.#blocks = new Set()
    this.#user = user
  }

  takeReady({ user, blocks, userSeq }: ReadyFrame): void {
    this.#user = user
    this.#blocks = new Set(blocks)
    this.#userSeq = { user: userSeq, blocks: userSeq }
  }

  /** What changed, if anything; news may overtake each other, the newest stay. */
  take(frame: AnyFrame): 'user' | 'blocks' | undefined {
    if (frame.type === 'user.updated' && frame.userSeq > this.#userSeq.user) {
      this.#userSeq.user = frame.userSeq
      this.#user = frame.data
      return 'user'
    }
    if (frame.type === 'blocks.updated' && frame.userSeq > this.#userSeq.blocks) {
      this.#userSeq.blocks = frame.userSeq
      this.#blocks = new Set(frame.data.blocks)
      return 'blocks'
    }
    return undefined
  }
}
