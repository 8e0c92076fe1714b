import type { ProfileField, UserProfile } from '@parley/client'
import { exactTime } from '../rooms/time.ts'
import { useLoaded } from '../state/loaded.ts'
import { useOnline } from '../state/presence.ts'
import { useParley } from '../state/parley.ts'
import { fromNow, timeIn } from './profile-facts.ts'

/** What else is known of her: her time, when she was here, and the fields of this server. */
export function ProfileFacts({ user }: { user: UserProfile }) {
  const { client } = useParley()
  const online = useOnline(user.id)
  const known = useLoaded(async () => {
    const { data } = await client.http.GET('/v1/profile-fields')
    return data.items
  })
  const time = user.timeZone ? timeIn(user.timeZone) : undefined
  const filled = (known.value ?? []).filter(({ key }) => user.fields[key])
  return (
    <dl class="definitions">
      {time && (
        <>
          <dt>Local time</dt>
          <dd>
            {time} <small>{user.timeZone}</small>
          </dd>
        </>
      )}
      {user.lastSeenAt && !online && (
        <>
          <dt>Last here</dt>
          <dd title={exactTime(new Date(user.lastSeenAt))}>{fromNow(new Date(user.lastSeenAt))}</dd>
        </>
      )}
      {filled.map((field) => (
        <Filled key={field.key} field={field} value={user.fields[field.key] ?? ''} />
      ))}
      <dt>Here since</dt>
      <dd>{new Date(user.createdAt).toLocaleDateString(undefined, { dateStyle: 'long' })}</dd>
    </dl>
  )
}

function Filled({ field: { label, kind }, value }: { field: ProfileField; value: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd dir="auto">
        {kind === 'url' && /^https?:\/\//.test(value) ? (
          <a href={value} target="_blank" rel="noopener noreferrer">
            {value}
          </a>
        ) : (
          value
        )}
      </dd>
    </>
  )
}
