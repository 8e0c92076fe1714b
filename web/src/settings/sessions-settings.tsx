import type { Session } from '@parley/client'
import { useState } from 'preact/hooks'
import { fromNow } from '../people/profile-facts.ts'
import { exactTime } from '../rooms/time.ts'
import { takesPasswords } from '../state/page-settings.ts'
import { usePages } from '../state/pages.ts'
import { useParley } from '../state/parley.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Icon } from '../ui/icon.tsx'
import { PageList } from '../ui/page-list.tsx'
import { Panel } from '../ui/panel.tsx'

/** Where one is signed in, and how to end that. */
export function SessionsSettings() {
  const { client, toasts } = useParley()
  const [asks, ask] = useState(false)
  const sessions = usePages<Session>(async (cursor) => {
    const params = { query: { cursor } }
    const { data } = await client.http.GET('/v1/auth/sessions', { params })
    return data
  })
  const end = async (sessionId: string): Promise<void> => {
    await client.http.DELETE('/v1/auth/sessions/{sessionId}', { params: { path: { sessionId } } })
    sessions.change((items) => items.filter(({ id }) => id !== sessionId))
  }
  const endOthers = async (): Promise<void> => {
    await client.http.DELETE('/v1/auth/sessions')
    sessions.reload()
    toasts.done('All other sessions have ended.')
  }
  const hasOthers = (sessions.items ?? []).some(({ current }) => !current)
  return (
    <Panel
      title="Where you are signed in"
      about={
        takesPasswords()
          ? 'End what you do not know, and change your password then.'
          : 'End what you do not know.'
      }
      actions={hasOthers && <Button onClick={() => ask(true)}>End all others</Button>}
    >
      <PageList
        pages={sessions}
        label="Sessions"
        empty={<p class="hint">You are signed in nowhere.</p>}
        row={(session) => (
          <SessionRow key={session.id} session={session} onEnd={() => end(session.id)} />
        )}
      />
      {asks && (
        <Confirm
          title="End all other sessions?"
          action="End them"
          danger
          onConfirm={endOthers}
          onClose={() => ask(false)}
        >
          Everywhere but here one has to sign in again.
        </Confirm>
      )}
    </Panel>
  )
}

function SessionRow({ session, onEnd }: { session: Session; onEnd: () => Promise<void> }) {
  const { deviceName, address, createdAt, lastUsedAt, current } = session
  const used = new Date(lastUsedAt)
  return (
    <li>
      <Icon name="device" />
      <span class="facts">
        <span class="one-line">
          <strong>{deviceName || 'Unknown device'}</strong>{' '}
          {current && (
            <span class="badge" data-tone="good">
              This one
            </span>
          )}
        </span>
        <small title={exactTime(used)}>
          {address} · used {fromNow(used)} · since{' '}
          {new Date(createdAt).toLocaleDateString(undefined, { dateStyle: 'medium' })}
        </small>
      </span>
      {!current && (
        <ActionButton aria-label={`End the session ${deviceName}`} onAction={onEnd}>
          End
        </ActionButton>
      )}
    </li>
  )
}
