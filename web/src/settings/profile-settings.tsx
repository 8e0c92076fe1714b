import type { OwnUser, ProfileChange, ProfileField } from '@parley/client'
import { useLoaded } from '../state/loaded.ts'
import { useParley } from '../state/parley.ts'
import { Select, TextArea } from '../ui/fields.tsx'
import { Field, Form, Submit } from '../ui/form.tsx'
import { Failure, SkeletonRows } from '../ui/page-list.tsx'
import { Panel } from '../ui/panel.tsx'
import { AvatarSettings } from './avatar-settings.tsx'
import { languages, timeZones } from './places.ts'
import { StatusSettings } from './status-settings.tsx'

/** What others see of one. */
export function ProfileSettings() {
  const { me } = useParley()
  if (!me.value) return <SkeletonRows />
  return (
    <>
      <AvatarSettings user={me.value} />
      <StatusSettings user={me.value} />
      <About user={me.value} />
    </>
  )
}

function About({ user }: { user: OwnUser }) {
  const { client } = useParley()
  const fields = useLoaded(async () => {
    const { data } = await client.http.GET('/v1/profile-fields')
    return data.items
  })
  if (fields.value) return <AboutForm user={user} fields={fields.value} />
  if (fields.error) return <Failure error={fields.error} onRetry={fields.reload} />
  return <SkeletonRows />
}

interface AboutFormProps {
  user: OwnUser
  /** What this server asks for besides. */
  fields: readonly ProfileField[]
}

function AboutForm({ user, fields }: AboutFormProps) {
  const { client, toasts } = useParley()
  const save = async (given: Record<string, string>): Promise<void> => {
    const body = changeIn(user, given, fields)
    if (Object.keys(body).length > 0) await client.http.PATCH('/v1/users/me', { body })
    toasts.done('Your profile is saved.')
  }
  return (
    <Panel title="About you" about="Everybody on this server can read it.">
      <Form onSubmit={save}>
        <Field
          label="Name"
          name="displayName"
          value={user.displayName}
          maxLength={64}
          autocomplete="name"
          required
        />
        <TextArea label="About" name="bio" value={user.bio} maxLength={500} />
        {fields.map(({ key, label, kind, maxLength }) => (
          <Field
            key={key}
            label={label}
            name={`fields/${key}`}
            type={kind}
            value={user.fields[key] ?? ''}
            maxLength={maxLength}
            placeholder={kind === 'url' ? 'https://' : undefined}
          />
        ))}
        <div class="side-by-side">
          <Select
            label="Time zone"
            name="timeZone"
            value={user.timeZone ?? ''}
            options={timeZones(user.timeZone)}
            hint="Others see what time it is for you."
          />
          <Select
            label="Language"
            name="locale"
            value={user.locale ?? ''}
            options={languages(user.locale)}
            hint="For mails, where this server has them in it."
          />
        </div>
        <div class="actions">
          <Submit>Save</Submit>
        </div>
      </Form>
    </Panel>
  )
}

/** Only what is otherwise now: two devices must not undo each other's changes. */
function changeIn(
  user: OwnUser,
  given: Record<string, string>,
  known: readonly ProfileField[],
): ProfileChange {
  const { displayName = '', bio = '', timeZone = '', locale = '' } = given
  const fields = Object.fromEntries(
    known
      .map(({ key }) => [key, (given[`fields/${key}`] ?? '').trim()] as const)
      .filter(([key, value]) => value !== (user.fields[key] ?? '')),
  )
  return {
    ...(displayName.trim() !== user.displayName && { displayName: displayName.trim() }),
    ...(bio.trim() !== user.bio && { bio: bio.trim() }),
    ...(timeZone !== (user.timeZone ?? '') && { timeZone: timeZone || null }),
    ...(locale !== (user.locale ?? '') && { locale: locale || null }),
    ...(Object.keys(fields).length > 0 && { fields }),
  }
}
