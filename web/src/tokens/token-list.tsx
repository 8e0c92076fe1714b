import type { PersonalToken } from '@parley/client'
import { useState } from 'preact/hooks'
import { fromNow } from '../people/profile-facts.ts'
import { usePages } from '../state/pages.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Icon } from '../ui/icon.tsx'
import { PageList } from '../ui/page-list.tsx'
import { Panel } from '../ui/panel.tsx'
import { NewTokenDialog } from './new-token-dialog.tsx'
import type { TokenSource } from './token-source.ts'

interface TokenListProps {
  source: TokenSource
  about: string
}

/** Tokens of programs: make one, see what they are for, end them. */
export function TokenList({ source, about }: TokenListProps) {
  const [adds, add] = useState(false)
  const tokens = usePages(source.list)
  return (
    <Panel
      title="Access tokens"
      about={about}
      actions={<Button onClick={() => add(true)}>New token</Button>}
    >
      <PageList
        pages={tokens}
        label="Access tokens"
        empty={<p class="hint">There are none.</p>}
        row={(token) => (
          <TokenRow
            key={token.id}
            token={token}
            onRevoke={async () => {
              await source.revoke(token.id)
              tokens.change((items) => items.filter(({ id }) => id !== token.id))
            }}
          />
        )}
      />
      {adds && (
        <NewTokenDialog
          source={source}
          onMade={(token) => tokens.change((items) => [token, ...items])}
          onClose={() => add(false)}
        />
      )}
    </Panel>
  )
}

interface TokenRowProps {
  token: PersonalToken
  onRevoke: () => Promise<void>
}

function TokenRow({ token, onRevoke }: TokenRowProps) {
  const { name, scopes, expiresAt, lastUsedAt } = token
  const [asks, ask] = useState(false)
  const isOver = expiresAt !== null && new Date(expiresAt) <= new Date()
  return (
    <li>
      <Icon name="key" />
      <span class="facts">
        <span class="one-line">
          <strong>{name}</strong> {isOver && <span class="badge">Over</span>}
        </span>
        <small>
          {lastUsedAt ? `Used ${fromNow(new Date(lastUsedAt))}` : 'Never used'} ·{' '}
          {expiresAt === null ? 'does not run out' : `runs out ${fromNow(new Date(expiresAt))}`}
        </small>
        <small>{scopes.join(', ')}</small>
      </span>
      <Button aria-label={`End ${name}`} onClick={() => ask(true)}>
        End
      </Button>
      {asks && (
        <Confirm
          title={`End ${name}?`}
          action="End it"
          danger
          onConfirm={onRevoke}
          onClose={() => ask(false)}
        >
          What uses it is refused from now on.
        </Confirm>
      )}
    </li>
  )
}
