import './people.css'
import type { UserSummary } from '@parley/client'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/button.tsx'
import { PersonSearch } from './person-search.tsx'

interface PeoplePickerProps {
  label: string
  picked: readonly UserSummary[]
  onChange: (picked: readonly UserSummary[]) => void
  /** Who is not offered. */
  without: readonly string[]
  hint?: string
  first?: boolean
}

/** Several people: those picked, and a line to find more. */
export function PeoplePicker(props: PeoplePickerProps) {
  const { label, picked, onChange, without, hint, first } = props
  return (
    <div class="picker">
      <PersonSearch
        label={label}
        hint={hint}
        first={first}
        without={new Set([...without, ...picked.map(({ id }) => id)])}
        onPick={(user) => onChange([...picked, user])}
      >
        {picked.length > 0 && (
          <ul class="chips" aria-label="Picked">
            {picked.map((user) => (
              <li key={user.id} class="chip">
                <Avatar user={user} size="small" />
                <span dir="auto">{user.displayName}</span>
                <IconButton
                  icon="close"
                  label={`Take out ${user.displayName}`}
                  onClick={() => onChange(picked.filter(({ id }) => id !== user.id))}
                />
              </li>
            ))}
          </ul>
        )}
      </PersonSearch>
    </div>
  )
}
