import type { PublicUser } from '@parley/client'
import { useSettled } from '../state/loaded.ts'
import { usePages } from '../state/pages.ts'
import type { Pages } from '../state/pages.ts'
import { useParley } from '../state/parley.ts'

/** Who is found by this text, best first, as one types; nobody by nothing. */
export function usePeopleSearch(text: string, limit = 30): Pages<PublicUser> {
  const { client } = useParley()
  const q = useSettled(text.trim())
  return usePages(
    async (cursor) => {
      if (q === '') return { items: [], nextCursor: null }
      const { data } = await client.http.GET('/v1/users', {
        params: { query: { q, limit, cursor } },
      })
      return data
    },
    [q],
  )
}

/** Opens the direct room with a person, and goes there. */
export function useDirectRoom(): (userId: string) => Promise<void> {
  const { client, router } = useParley()
  return async (userId) => {
    const room = await client.rooms.openDirect(userId)
    router.go(`/rooms/${room.id}`)
  }
}
