import type { AuditEntry, UserSummary } from '@parley/client'
import { useState } from 'preact/hooks'
import { PeoplePicker } from '../../people/people-picker.tsx'
import { exactTime, shortTime } from '../../rooms/time.ts'
import { usePages } from '../../state/pages.ts'
import { useParley } from '../../state/parley.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Select } from '../../ui/fields.tsx'
import { PageList } from '../../ui/page-list.tsx'
import { actionIn, auditActions, detailIn } from './audit-words.ts'

/** What was done to accounts, latest first. */
export function AuditSection() {
  const [action, setAction] = useState('')
  const [actor, setActor] = useState<UserSummary>()
  const [subject, setSubject] = useState<UserSummary>()
  const entries = useAudit({ action, actorId: actor?.id, subjectId: subject?.id })
  return (
    <>
      <div class="audit-filters">
        <Select label="What?" name="action" options={auditActions} onChange={setAction} />
        <PeoplePicker
          label="By whom?"
          picked={actor ? [actor] : []}
          without={[]}
          onChange={(people) => setActor(people.at(-1))}
        />
        <PeoplePicker
          label="To whom?"
          picked={subject ? [subject] : []}
          without={[]}
          onChange={(people) => setSubject(people.at(-1))}
        />
      </div>
      <PageList
        pages={entries}
        label="Audit log"
        class="audit"
        empty={
          <EmptyState icon="shield" title="Nothing of that kind was done">
            <p>Try other filters.</p>
          </EmptyState>
        }
        row={(entry) => <EntryRow key={entry.id} entry={entry} />}
      />
    </>
  )
}

interface Filter {
  action: string
  actorId: string | undefined
  subjectId: string | undefined
}

function useAudit({ action, actorId, subjectId }: Filter) {
  const { client } = useParley()
  return usePages<AuditEntry>(
    async (cursor) => {
      const query = { cursor, actorId, subjectId, ...(action && { action }) }
      const { data } = await client.http.GET('/v1/admin/audit', { params: { query } })
      return data
    },
    [action, actorId, subjectId],
  )
}

function EntryRow({ entry }: { entry: AuditEntry }) {
  const { actor, subject } = entry
  const time = new Date(entry.at)
  const by = actor ? nameOf(actor) : 'the server'
  const detail = detailIn(entry)
  return (
    <li title={detailIn(entry, true)}>
      <span class="facts">
        <span>
          <strong>{actionIn(entry)}</strong>{' '}
          {subject && subject.id !== actor?.id && <span>{nameOf(subject)} </span>}
          <small>by {by}</small>
        </span>
        {detail && (
          <small class="detail" dir="auto">
            {detail}
          </small>
        )}
      </span>
      <time dateTime={entry.at} title={exactTime(time)}>
        {shortTime(time)}
      </time>
    </li>
  )
}

/** Deleted accounts have made-up usernames. */
function nameOf({ username, displayName }: UserSummary): string {
  return username.startsWith('deleted-') ? displayName : `@${username}`
}
