import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Nullable, StringEnum, Struct, Time, mostlyNull, named } from '../contract/schema.ts'

export const maxFields = 20
const maxFieldLength = 1000

export const statusProperties = {
  statusText: Type.String({ examples: ['computing'] }),
  statusTextUntil: Nullable(Time, {
    ...mostlyNull,
    description: 'When the status text ends: clients hide it then; answers leave it out.',
  }),
}

export const TimeZone = Type.String({
  maxLength: 64,
  pattern: '^[A-Za-z][A-Za-z0-9_+/-]*$',
  description: 'An IANA name.',
  examples: ['Europe/London'],
})
export const Locale = Type.String({
  maxLength: 35,
  pattern: '^[A-Za-z0-9-]+$',
  description: 'A BCP 47 language tag.',
  examples: ['en-GB'],
})

const FieldKey = Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$', examples: ['pronouns'] })

export const ProfileField = named(
  'ProfileField',
  Struct({
    key: FieldKey,
    label: Type.String({ minLength: 1, maxLength: 64, examples: ['Pronouns'] }),
    kind: StringEnum(['text', 'url'], {
      description: 'A url begins with http:// or https://.',
    }),
    maxLength: Type.Integer({
      minimum: 1,
      maximum: maxFieldLength,
      description: 'In characters.',
      examples: [40],
    }),
  }),
)
export type ProfileField = Static<typeof ProfileField>

/** Values of the fields this server defines, by key. */
export const FieldValues = Type.Unsafe<Record<string, string>>({
  type: 'object',
  additionalProperties: { type: 'string', maxLength: maxFieldLength },
  maxProperties: maxFields,
  description: 'By the keys of `GET /v1/profile-fields`.',
  examples: [{}],
})

export const ReachableBy = StringEnum(['everyone', 'sharedRooms', 'nobody'], {
  description:
    'Who may begin a direct room with you or add you to a room; `sharedRooms`: whoever is in a ' +
    'room with you. Rooms you are in stay as they are.',
})
export type ReachableBy = Static<typeof ReachableBy>

export const LastSeenTo = StringEnum(['everyone', 'contacts', 'nobody'], {
  description:
    'Who sees when you were last here; `contacts`: whoever shares a direct room with you.',
})
export type LastSeenTo = Static<typeof LastSeenTo>

export const detailProperties = {
  timeZone: Nullable(TimeZone, mostlyNull),
  locale: Nullable(Locale, mostlyNull),
  fields: FieldValues,
}

export const privacyProperties = { reachableBy: ReachableBy, lastSeenTo: LastSeenTo }
