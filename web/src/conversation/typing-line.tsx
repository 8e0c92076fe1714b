import { useFollow } from '../state/follow.ts'
import { useParley } from '../state/parley.ts'
import { useConversation } from './conversation-view.ts'

/** Who is writing; its place is always there, so that nothing jumps. */
export function TypingLine() {
  const { room } = useConversation()
  const { people, me } = useParley()
  const typing = useFollow(room, () => room.typing)
  const names = typing.flatMap((id) =>
    id === me.value?.id ? [] : (people.find(id)?.displayName ?? []),
  )
  return (
    <p class="typing-line" aria-live="off">
      {names.length > 0 && (
        <>
          <span class="dots" aria-hidden="true" />
          {sentenceOf(names)}
        </>
      )}
    </p>
  )
}

function sentenceOf(names: readonly string[]): string {
  const [one, two] = names
  if (names.length === 1) return `${one} is writing …`
  if (names.length === 2) return `${one} and ${two} are writing …`
  return 'Several people are writing …'
}
