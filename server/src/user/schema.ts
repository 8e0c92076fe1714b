import { Type } from 'typebox'
import type { Static } from 'typebox'
import { ServerRole } from '../contract/caller.ts'
import { userEvent } from '../contract/frames.ts'
import {
  Id,
  Nullable,
  StringEnum,
  Struct,
  Time,
  mostlyNull,
  named,
  ref,
} from '../contract/schema.ts'
import {
  FieldValues,
  LastSeenTo,
  Locale,
  ReachableBy,
  TimeZone,
  detailProperties,
  privacyProperties,
  statusProperties,
} from './profile-schema.ts'

/** People a person can block: `blocks.updated` and `ready` carry the whole list. */
export const maxBlocks = 1000

export const Username = Type.String({
  minLength: 3,
  maxLength: 32,
  pattern: '^[A-Za-z0-9_.-]+$',
  description: 'Kept in lower case; unique whatever the case.',
})
export const DisplayName = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'Trimmed; must hold something visible and no control or direction characters.',
})
export const Email = Type.String({ format: 'email', maxLength: 254 })
const Bio = Type.String({ maxLength: 500 })
const StatusText = Type.String({ maxLength: 140 })

const summaryProperties = {
  id: Id,
  username: Type.String({ examples: ['ada'] }),
  displayName: Type.String({ examples: ['Ada Lovelace'] }),
  avatarUrl: Type.String({
    description:
      'A picture of 256 pixels by 256, of 64 with `?size=64`; relative to this server, read ' +
      'without a token. A person without one is drawn from her name. The address changes with ' +
      'what it shows.',
    examples: ['/v1/avatars/0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e/93ed67ee70122a95'],
  }),
}

export const UserSummary = named(
  'UserSummary',
  Struct(summaryProperties, { description: 'How a person appears beside what she did.' }),
)
export type UserSummary = Static<typeof UserSummary>

const publicProperties = {
  ...summaryProperties,
  bio: Type.String({ examples: ['Analyst and metaphysician'] }),
  ...statusProperties,
  role: ServerRole,
  bot: Type.Boolean({ description: 'An account of a program.', examples: [false] }),
  createdAt: Time,
  updatedAt: Time,
}

export const PublicUser = named(
  'PublicUser',
  Struct(publicProperties, { description: 'A person as everyone signed in sees her.' }),
)
export type PublicUser = Static<typeof PublicUser>

export const UserProfile = named(
  'UserProfile',
  Struct(
    {
      ...publicProperties,
      ...detailProperties,
      lastSeenAt: Nullable(Time, {
        ...mostlyNull,
        description: 'To a few minutes; null where she was never here or does not show it to you.',
      }),
    },
    { description: "A person's whole profile, as far as you may see it." },
  ),
)
export type UserProfile = Static<typeof UserProfile>

export const AccountStatus = StringEnum(['active', 'suspended'])
export type AccountStatus = Static<typeof AccountStatus>

const ownProperties = {
  ...publicProperties,
  ...detailProperties,
  ...privacyProperties,
  email: Nullable(
    Type.String({
      description:
        'null for accounts made without one; on the socket also for tokens without people:read.',
      examples: ['ada@example.org'],
    }),
  ),
  emailVerified: Type.Boolean(),
  hasPassword: Type.Boolean({
    description:
      'false for who came by a provider or a product; a reset by mail gives her one. Nobody ' +
      'signs in with it where `listProviders` says that passwords are not taken.',
    examples: [true],
  }),
  status: AccountStatus,
}

export const OwnUser = named(
  'OwnUser',
  Struct(ownProperties, { description: 'A person as she sees herself.' }),
)
export type OwnUser = Static<typeof OwnUser>

/** Herself for programs that she lets into her rooms, and no further. */
export const withoutAddress = (user: OwnUser): OwnUser => ({ ...user, email: null })

export const AdminUser = named(
  'AdminUser',
  Struct(
    {
      ...ownProperties,
      statusReason: Nullable(
        Type.String({ description: 'Why the account is suspended.' }),
        mostlyNull,
      ),
      suspendedUntil: Nullable(Time, {
        ...mostlyNull,
        description: 'When the suspension ends by itself.',
      }),
      hasTwoFactor: Type.Boolean({ description: 'A code is asked for when she signs in.' }),
      passkeys: Type.Integer({ minimum: 0, description: 'How many she has.', examples: [1] }),
      identities: Type.Integer({
        minimum: 0,
        description: 'Accounts of providers, or of your product, by which she signs in.',
      }),
    },
    { description: 'A person as administrators see her.' },
  ),
)
export type AdminUser = Static<typeof AdminUser>
/** What of it the service above knows. */
export type WaysIn = Pick<AdminUser, 'hasTwoFactor' | 'passkeys' | 'identities'>
/** The rest, which stands in `users`. */
export type AdminAccount = Omit<AdminUser, keyof WaysIn>

export const ProfileChange = named(
  'ProfileChange',
  Struct(
    {
      displayName: Type.Optional(DisplayName),
      bio: Type.Optional(Bio),
      statusText: Type.Optional(StatusText),
      statusTextUntil: Type.Optional(
        Nullable(Time, {
          description: 'When the status text ends; a text without a time stays.',
        }),
      ),
      timeZone: Type.Optional(Nullable(TimeZone)),
      locale: Type.Optional(Nullable(Locale)),
      fields: Type.Optional(FieldValues),
      reachableBy: Type.Optional(ReachableBy),
      lastSeenTo: Type.Optional(LastSeenTo),
    },
    { minProperties: 1 },
  ),
)
export type ProfileChange = Static<typeof ProfileChange>

export const AccountChange = named(
  'AccountChange',
  Struct(
    {
      role: Type.Optional(ServerRole),
      status: Type.Optional(AccountStatus),
      reason: Type.Optional(
        Type.String({ maxLength: 500, description: 'Why; kept in the audit log.' }),
      ),
      until: Type.Optional(
        Nullable(Time, { description: 'When a suspension ends by itself, within a minute.' }),
      ),
    },
    { minProperties: 1 },
  ),
)
export type AccountChange = Static<typeof AccountChange>

export const Block = named('Block', Struct({ user: ref(UserSummary), createdAt: Time }))
export type Block = Static<typeof Block>

export const AuditEntry = named(
  'AuditEntry',
  Struct({
    id: Id,
    at: Time,
    action: Type.String({
      description: 'Past tense: session.started, user.suspended, ...',
      examples: ['user.suspended'],
    }),
    actor: Nullable(ref(UserSummary)),
    subject: Nullable(ref(UserSummary)),
    detail: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      description: 'What else is known; differs by action.',
    }),
  }),
)
export type AuditEntry = Static<typeof AuditEntry>

export const userUpdated = userEvent(
  'user.updated',
  'Your own profile or account changed.',
  ref(OwnUser),
)
export const blocksUpdated = userEvent(
  'blocks.updated',
  'You blocked or unblocked someone; the whole list as it is now.',
  Struct({ blocks: Type.Array(Id) }),
)
export const userFrames = [userUpdated, blocksUpdated]
