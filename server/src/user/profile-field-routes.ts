import { Type } from 'typebox'
import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Struct, named, ref } from '../contract/schema.ts'
import type { ProfileFields } from './profile-fields.ts'
import { ProfileField, maxFields } from './profile-schema.ts'

const ProfileFieldList = named(
  'ProfileFieldList',
  Struct({ items: Type.Array(ref(ProfileField), { maxItems: maxFields }) }),
)

const example = {
  items: [
    { key: 'pronouns', label: 'Pronouns', kind: 'text', maxLength: 40 },
    { key: 'website', label: 'Website', kind: 'url', maxLength: 200 },
  ],
}

export function profileFieldRoutes(fields: ProfileFields): Endpoint[] {
  return [
    endpoint(
      {
        method: 'GET',
        path: '/v1/profile-fields',
        id: 'listProfileFields',
        tag: 'Users',
        summary: 'What profiles hold here',
        description: "The fields this server's administrators have defined, in their order.",
        access: 'user',
        answers: { 200: { description: 'Fields.', body: ref(ProfileFieldList) } },
        errors: [],
      },
      async () => ({ status: 200, body: { items: await fields.list() } }),
    ),
    endpoint(
      {
        method: 'PUT',
        path: '/v1/admin/profile-fields',
        id: 'replaceProfileFields',
        tag: 'Administration',
        summary: 'Define what profiles hold here',
        description:
          'The whole list. What people wrote into a field that is no longer there, or of another ' +
          'kind, is deleted.',
        access: 'admin',
        body: ref(ProfileFieldList),
        example,
        answers: {
          200: { description: 'The fields, as they are now.', body: ref(ProfileFieldList) },
        },
        errors: [],
      },
      async ({ caller, body }) => ({
        status: 200,
        body: { items: await fields.replace(caller.userId, body.items) },
      }),
    ),
  ]
}
