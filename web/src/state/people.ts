import { signal } from '@preact/signals'
import type { Signal } from '@preact/signals'
import type { ParleyClient, UserSummary } from '@parley/client'

/** Who is who, where only an id is told: from what was seen before, else from the server. */
export class People {
  readonly #client: ParleyClient
  readonly #known = new Map<string, Signal<UserSummary | undefined>>()

  constructor(client: ParleyClient) {
    this.#client = client
  }

  /** A person as she was seen beside a message, or in a list. */
  meet(user: UserSummary): void {
    const known = this.#known.get(user.id)
    if (!known) this.#known.set(user.id, signal(user))
    else if (known.peek()?.displayName !== user.displayName) known.value = user
  }

  /** Follows in a component like every signal: undefined until the server has answered, or where
   *  she cannot be seen. */
  find(userId: string): UserSummary | undefined {
    const known = this.#known.get(userId)
    if (known) return known.value
    const found = signal<UserSummary | undefined>(undefined)
    this.#known.set(userId, found)
    const params = { path: { userId } }
    this.#client.http.GET('/v1/users/{userId}', { params }).then(
      ({ data }) => (found.value = data),
      () => {}, // a deleted account: it has no name
    )
    return found.value
  }
}
