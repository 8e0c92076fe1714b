import type { ProfileField } from '@parley/client'
import { useState } from 'preact/hooks'
import { useLoaded } from '../../state/loaded.ts'
import { useParley } from '../../state/parley.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Select } from '../../ui/fields.tsx'
import { Field, Form, Submit } from '../../ui/form.tsx'
import { Failure, SkeletonRows } from '../../ui/page-list.tsx'
import { Panel } from '../../ui/panel.tsx'
import { draftOf, fieldsIn } from './field-drafts.ts'
import type { FieldDraft } from './field-drafts.ts'

const kinds = [
  ['text', 'Text'],
  ['url', 'Link'],
] as const

/** What profiles ask for on this server, besides what every server has. */
export function FieldsSection() {
  const { client } = useParley()
  const { value, error, reload, set } = useLoaded(async () => {
    const { data } = await client.http.GET('/v1/profile-fields')
    return data.items
  })
  if (!value) return error ? <Failure error={error} onRetry={reload} /> : <SkeletonRows />
  return <Fields key={JSON.stringify(value)} fields={value} onSaved={set} />
}

interface FieldsProps {
  fields: readonly ProfileField[]
  onSaved: (fields: ProfileField[]) => void
}

function Fields({ fields, onSaved }: FieldsProps) {
  const { client, toasts } = useParley()
  const [drafts, setDrafts] = useState(() => fields.map((field) => draftOf(field)))
  const save = async (given: Record<string, string>): Promise<void> => {
    const body = { items: fieldsIn(drafts, given) }
    const { data } = await client.http.PUT('/v1/admin/profile-fields', { body })
    toasts.done('The fields are saved.')
    onSaved(data.items)
  }
  return (
    <Panel
      title="Profile fields"
      about="Everybody can fill them in, and read those of others. What was filled into a field you take out is no longer shown."
    >
      <Form onSubmit={save} class="profile-fields">
        {drafts.map((draft, index) => (
          <FieldEditor
            key={draft.id}
            index={index}
            draft={draft}
            onRemove={() => setDrafts(drafts.filter(({ id }) => id !== draft.id))}
          />
        ))}
        {drafts.length === 0 && <p class="hint">There are none.</p>}
        <div class="actions">
          <Button disabled={drafts.length >= 20} onClick={() => setDrafts([...drafts, draftOf()])}>
            Add a field
          </Button>
          <Submit>Save</Submit>
        </div>
      </Form>
    </Panel>
  )
}

interface FieldEditorProps {
  index: number
  draft: FieldDraft
  onRemove: () => void
}

function FieldEditor({ index, draft: { field }, onRemove }: FieldEditorProps) {
  const name = (part: keyof ProfileField): string => `items/${index}/${part}`
  return (
    <div class="profile-field" role="group" aria-label={field?.label ?? 'New field'}>
      <Field label="Label" name={name('label')} value={field?.label} maxLength={64} required />
      <Field
        label="Key"
        name={name('key')}
        value={field?.key}
        pattern="[a-z][a-z0-9_]{0,31}"
        placeholder="job_title"
        autocapitalize="none"
        required
      />
      <Select label="Kind" name={name('kind')} value={field?.kind ?? 'text'} options={kinds} />
      <Field
        label="Longest"
        name={name('maxLength')}
        type="number"
        value={String(field?.maxLength ?? 200)}
        min={1}
        max={1000}
        required
      />
      <IconButton
        icon="trash"
        label={`Take out ${field?.label ?? 'the field'}`}
        onClick={onRemove}
      />
    </div>
  )
}
