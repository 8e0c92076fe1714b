import type { AdminUser } from '@parley/client'
import { useState } from 'preact/hooks'
import { useSettled } from '../../state/loaded.ts'
import { usePages } from '../../state/pages.ts'
import { useParley } from '../../state/parley.ts'
import { Person } from '../../people/person-row.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Select } from '../../ui/fields.tsx'
import { PageList } from '../../ui/page-list.tsx'
import { SearchBox, moveThroughRows } from '../../ui/search-box.tsx'
import { AccountBadges } from './account-badges.tsx'
import { AccountDialog } from './account-dialog.tsx'
import { NewBotDialog } from './new-bot-dialog.tsx'

const statuses = [
  ['', 'Any status'],
  ['active', 'Active'],
  ['suspended', 'Suspended'],
] as const
const roles = [
  ['', 'Any role'],
  ['user', 'Ordinary'],
  ['admin', 'Administrators'],
] as const

type Status = (typeof statuses)[number][0]
type Role = (typeof roles)[number][0]

/** Every account of the server, found by name or address, and what one can do about it. */
export function AccountsSection() {
  const [text, setText] = useState('')
  const [status, setStatus] = useState<Status>('')
  const [role, setRole] = useState<Role>('')
  const [openId, open] = useState<string>()
  const [makesBot, makeBot] = useState(false)
  const accounts = useAccounts(useSettled(text.trim()), status, role)
  const opened = accounts.items?.find(({ id }) => id === openId)
  return (
    <div class="column" onKeyDown={moveThroughRows}>
      <div class="filters">
        <SearchBox label="Name, username or e-mail" value={text} onInput={setText} first />
        <Select label="Status" name="status" options={statuses} onChange={setStatus} />
        <Select label="Role" name="role" options={roles} onChange={setRole} />
        <Button onClick={() => makeBot(true)}>New bot</Button>
      </div>
      <PageList
        pages={accounts}
        label="Accounts"
        empty={
          <EmptyState icon="search" title="No such account">
            <p>Try less of the name, or other filters.</p>
          </EmptyState>
        }
        row={(user) => (
          <li key={user.id}>
            <button type="button" class="row-button" onClick={() => open(user.id)}>
              <Person
                user={user}
                about={`@${user.username}${user.email ? ` · ${user.email}` : ''}`}
              />
              <AccountBadges user={user} />
            </button>
          </li>
        )}
      />
      {opened && (
        <AccountDialog
          user={opened}
          onChange={(changed) =>
            accounts.change((items) =>
              changed
                ? items.map((item) => (item.id === changed.id ? changed : item))
                : items.filter(({ id }) => id !== opened.id),
            )
          }
          onClose={() => open(undefined)}
        />
      )}
      {makesBot && <NewBotDialog onMade={accounts.reload} onClose={() => makeBot(false)} />}
    </div>
  )
}

function useAccounts(q: string, status: Status, role: Role) {
  const { client } = useParley()
  return usePages<AdminUser>(
    async (cursor) => {
      const query = { cursor, ...(q && { q }), ...(status && { status }), ...(role && { role }) }
      const { data } = await client.http.GET('/v1/admin/users', { params: { query } })
      return data
    },
    [q, status, role],
  )
}
