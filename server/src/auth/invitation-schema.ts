import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Id, Nullable, Struct, Time, mostlyNull, named, ref } from '../contract/schema.ts'
import { UserSummary } from '../user/schema.ts'

export const InvitationRequest = named(
  'InvitationRequest',
  Struct({
    note: Type.Optional(Type.String({ maxLength: 200, description: 'Who it is for.' })),
    maxUses: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: 'How many people; 1 if absent.' }),
    ),
    expiresInHours: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 8760, description: 'A week if absent.' }),
    ),
  }),
)
export type InvitationRequest = Static<typeof InvitationRequest>

export const Invitation = named(
  'Invitation',
  Struct({
    id: Id,
    note: Type.String({ examples: ['the choir'] }),
    createdBy: Nullable(ref(UserSummary)),
    createdAt: Time,
    expiresAt: Time,
    maxUses: Type.Integer({ minimum: 1, examples: [40] }),
    uses: Type.Integer({ minimum: 0, description: 'How many people have come by it.' }),
    revokedAt: Nullable(Time, mostlyNull),
  }),
)
export type Invitation = Static<typeof Invitation>

export const NewInvitation = named(
  'NewInvitation',
  Struct({
    invitation: ref(Invitation),
    token: Type.String({
      description: 'Shown once: what people register with.',
      examples: ['kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU'],
    }),
  }),
)
export type NewInvitation = Static<typeof NewInvitation>
