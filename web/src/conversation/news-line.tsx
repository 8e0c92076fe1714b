import { useParley } from '../state/parley.ts'
import type { Parley } from '../state/parley.ts'
import { memo } from '../ui/memo.tsx'
import { clockTime } from '../rooms/time.ts'
import type { RoomNews } from './room-news.ts'

/** One line between the messages: somebody came or went, or the room changed. */
export const NewsLine = memo(({ rowKey, entry }: { rowKey: string; entry: RoomNews }) => {
  const { people, me } = useParley()
  return (
    <p class="news-line" data-key={rowKey}>
      {sentenceOf(entry, (id) => nameOf(id, people, me.value?.id))}{' '}
      <time dateTime={entry.at}>{clockTime(new Date(entry.at))}</time>
    </p>
  )
})

function nameOf(id: string, people: Parley['people'], myId: string | undefined): string {
  if (id === myId) return 'You'
  return people.find(id)?.displayName ?? 'Somebody'
}

function sentenceOf(entry: RoomNews, name: (id: string) => string): string {
  if (entry.type === 'room.updated') return 'The room was changed.'
  if (entry.type === 'member.joined') {
    const { user, by } = entry.data
    if (by === user.id) return `${name(user.id)} joined.`
    return `${name(by)} added ${name(user.id)}.`
  }
  const { userId, by, reason } = entry.data
  if (reason === 'removed') return `${name(by)} removed ${name(userId)}.`
  return `${name(userId)} left.`
}
