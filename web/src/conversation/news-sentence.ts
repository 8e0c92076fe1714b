import { actorOf, isMaking, subjectOf } from './room-news.ts'
import type { MemberNews, RoomChange, RoomNews } from './room-news.ts'

/** Oneself, among the names. */
export const you = 'you'
/** Who has no name any more. */
export const somebody = 'somebody'

/** Of more people the number is told. */
const mostNames = 3

/** What was done, and to what. */
const changeWords = {
  name: ['renamed', 'the room'],
  topic: ['changed', 'the topic'],
  archived: ['archived', 'the room'],
  reopened: ['reopened', 'the room'],
} as const

/** What entries that are alike tell, in words. `nameOf` may answer `you` or `somebody`. */
export function sentenceOf(entries: readonly RoomNews[], nameOf: (id: string) => string): string {
  const [first] = entries
  if (!first) return ''
  if (first.type === 'room.updated') {
    return capitalised(`${nameOf(first.data.by)} ${changeOf(first)}.`)
  }
  if (isMaking(first)) return capitalised(`${nameOf(subjectOf(first))} made this room.`)
  const subjects = entries.flatMap((entry) =>
    entry.type === 'room.updated' ? [] : subjectOf(entry),
  )
  return capitalised(comingAndGoing(first, namesOf([...new Set(subjects)], nameOf), nameOf))
}

function comingAndGoing(first: MemberNews, who: string, nameOf: (id: string) => string): string {
  const actor = actorOf(first)
  const [byOthers, byThemselves] =
    first.type === 'member.joined' ? ['added', 'joined'] : ['removed', 'left']
  return actor ? `${nameOf(actor)} ${byOthers} ${who}.` : `${who} ${byThemselves}.`
}

function changeOf({ data: { changed } }: RoomChange): string {
  const verbs = new Map<string, string[]>()
  // Entries from before Parley told are null, and kinds may come after this page was loaded.
  for (const kind of changed ?? []) {
    if (!Object.hasOwn(changeWords, kind)) continue
    const [verb, thing] = changeWords[kind]
    verbs.set(thing, [...(verbs.get(thing) ?? []), verb])
  }
  if (verbs.size === 0) return 'changed the room'
  return listed([...verbs].map(([thing, done]) => `${listed(done)} ${thing}`))
}

function namesOf(ids: readonly string[], nameOf: (id: string) => string): string {
  const shown = ids.length > mostNames ? ids.slice(0, mostNames - 1) : ids
  // Oneself last, as one says it.
  const names = shown.map(nameOf).toSorted((a, b) => Number(a === you) - Number(b === you))
  if (ids.length > shown.length) names.push(`${ids.length - shown.length} others`)
  return listed(names)
}

function listed(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : words.join()
}

/** Names stay as their owners write them. */
function capitalised(sentence: string): string {
  const isOurs = sentence.startsWith(`${you} `) || sentence.startsWith(`${somebody} `)
  return isOurs ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : sentence
}
