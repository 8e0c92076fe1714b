import { useParley } from '../state/parley.ts'
import { clockTime } from '../rooms/time.ts'
import { actorOf, subjectOf } from './room-news.ts'
import type { RoomNews } from './room-news.ts'

/** Of more people the number is told. */
const mostNames = 3

const you = 'you'

/** One line between the messages: people came or went, or the room changed. */
export function NewsLine({ rowKey, entries }: { rowKey: string; entries: readonly RoomNews[] }) {
  const { people, me } = useParley()
  const nameOf = (id: string): string => {
    if (id === me.value?.id) return you
    return people.find(id)?.displayName ?? 'somebody'
  }
  const at = entries.at(-1)?.at ?? ''
  return (
    <p class="news-line" data-key={rowKey}>
      <span dir="auto">{capitalised(sentenceOf(entries, nameOf))}</span>{' '}
      <time dateTime={at}>{clockTime(new Date(at))}</time>
    </p>
  )
}

function sentenceOf(entries: readonly RoomNews[], nameOf: (id: string) => string): string {
  const [first] = entries
  if (!first || first.type === 'room.updated') return 'The room was changed.'
  const ids = [
    ...new Set(entries.flatMap((entry) => (entry.type === 'room.updated' ? [] : subjectOf(entry)))),
  ]
  const shown = ids.length > mostNames ? ids.slice(0, mostNames - 1) : ids
  // Oneself last, as one says it.
  const names = shown.map(nameOf).toSorted((a, b) => Number(a === you) - Number(b === you))
  if (ids.length > shown.length) names.push(`${ids.length - shown.length} others`)
  const who =
    names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names.join()
  const actor = actorOf(first)
  if (first.type === 'member.joined')
    return actor ? `${nameOf(actor)} added ${who}.` : `${who} joined.`
  return actor ? `${nameOf(actor)} removed ${who}.` : `${who} left.`
}

/** Names stay as their owners write them. */
function capitalised(sentence: string): string {
  const isOurs = sentence.startsWith(`${you} `) || sentence.startsWith('somebody ')
  return isOurs ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : sentence
}
