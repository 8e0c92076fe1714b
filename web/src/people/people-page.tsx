import './people.css'
import type { UserSummary } from '@parley/client'
import { useState } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { PageList } from '../ui/page-list.tsx'
import { Page } from '../ui/page.tsx'
import { SearchBox, moveThroughRows } from '../ui/search-box.tsx'
import { useDirectRoom, usePeopleSearch } from './people-search.ts'
import { Person } from './person-row.tsx'
import { ProfileDialog } from './profile-card.tsx'
import { statusOf } from './profile-facts.ts'

/** Find somebody: by name while one types; before that whom one talks to already. */
export function PeoplePage() {
  const [text, setText] = useState('')
  const [openId, open] = useState<string>()
  return (
    <Page title="People">
      <div class="column" onKeyDown={moveThroughRows}>
        <SearchBox label="Search by name or username" value={text} onInput={setText} first />
        {text.trim() === '' ? <Acquaintances onOpen={open} /> : <Found text={text} onOpen={open} />}
      </div>
      {openId && <ProfileDialog userId={openId} onClose={() => open(undefined)} />}
    </Page>
  )
}

interface ListProps {
  onOpen: (userId: string) => void
}

function Found({ text, onOpen }: ListProps & { text: string }) {
  const people = usePeopleSearch(text)
  return (
    <PageList
      pages={people}
      label="People found"
      empty={
        <EmptyState icon="search" title="Nobody by that name">
          <p>Try a part of the name, or the username.</p>
        </EmptyState>
      }
      row={(user) => (
        <PersonRow
          key={user.id}
          user={user}
          about={statusOf(user)}
          bot={user.bot}
          onOpen={onOpen}
        />
      )}
    />
  )
}

function Acquaintances({ onOpen }: ListProps) {
  const { rooms } = useParley()
  const peers = rooms.value.flatMap(({ info: { peer } }) => (peer ? [peer] : []))
  if (peers.length === 0) {
    return (
      <EmptyState icon="people" title="Who are you looking for?">
        <p>Type a name. People you have talked to are listed here later.</p>
      </EmptyState>
    )
  }
  return (
    <section class="panel">
      <h2>You talked to</h2>
      <ul class="rows" aria-label="People you talked to">
        {peers.slice(0, 50).map((user) => (
          <PersonRow key={user.id} user={user} onOpen={onOpen} />
        ))}
      </ul>
    </section>
  )
}

interface PersonRowProps extends ListProps {
  user: UserSummary
  about?: string
  bot?: boolean
}

function PersonRow({ user, about, bot, onOpen }: PersonRowProps) {
  const { me } = useParley()
  const write = useDirectRoom()
  const isMe = user.id === me.value?.id
  const badge = isMe ? 'You' : bot ? 'Bot' : undefined
  return (
    <li>
      <button type="button" class="row-button" onClick={() => onOpen(user.id)}>
        <Person user={user} about={about} badge={badge && <span class="badge">{badge}</span>} />
      </button>
      {!isMe && (
        <ActionButton
          look="quiet"
          aria-label={`Write to ${user.displayName}`}
          onAction={() => write(user.id)}
        >
          Write
        </ActionButton>
      )}
    </li>
  )
}
