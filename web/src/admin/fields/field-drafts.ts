import type { ProfileField } from '@parley/client'

/** A field that is being edited: one that is there, or a new one. */
export interface FieldDraft {
  id: string
  field?: ProfileField
}

export function draftOf(field?: ProfileField): FieldDraft {
  return { id: crypto.randomUUID(), field }
}

/** The fields as they were filled in, in their order. */
export function fieldsIn(
  drafts: readonly FieldDraft[],
  given: Readonly<Record<string, string>>,
): ProfileField[] {
  return drafts.map((_, index) => {
    const of = (part: keyof ProfileField): string => (given[`items/${index}/${part}`] ?? '').trim()
    return {
      key: of('key'),
      label: of('label'),
      kind: of('kind') === 'url' ? 'url' : 'text',
      maxLength: Number(of('maxLength')),
    }
  })
}
