import { useParley } from '../state/parley.ts'
import { clockTime } from '../rooms/time.ts'
import { sentenceOf, somebody, you } from './news-sentence.ts'
import type { RoomNews } from './room-news.ts'

/** One line between the messages: people came or went, or the room changed. */
export function NewsLine({ rowKey, entries }: { rowKey: string; entries: readonly RoomNews[] }) {
  const { people, me } = useParley()
  const nameOf = (id: string): string =>
    id === me.value?.id ? you : (people.find(id)?.displayName ?? somebody)
  const at = entries.at(-1)?.at ?? ''
  return (
    <p class="news-line" data-key={rowKey}>
      <span dir="auto">{sentenceOf(entries, nameOf)}</span>{' '}
      <time dateTime={at}>{clockTime(new Date(at))}</time>
    </p>
  )
}
