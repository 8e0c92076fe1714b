import { useEffect } from 'preact/hooks'
import { useFollow } from './follow.ts'
import { useParley } from './parley.ts'

/** Whether this person is online; asks the server to follow her while the component is there. */
export function useOnline(userId: string | undefined): boolean {
  const { presence } = useParley().client
  useEffect(() => (userId === undefined ? undefined : presence.watch([userId])), [userId])
  return useFollow(presence, () => userId !== undefined && presence.isOnline(userId))
}
