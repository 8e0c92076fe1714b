import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { ref } from '../contract/schema.ts'
import type { DataExports } from './data-exports.ts'
import { DataExport } from './schema.ts'

const tag = 'Users'

export function privacyRoutes(exports: DataExports): Endpoint[] {
  return [
    endpoint(
      {
        method: 'POST',
        path: '/v1/users/me/export',
        id: 'requestExport',
        sessionOnly: true,
        issuerToo: true,
        tag,
        summary: 'Ask for a copy of your data',
        description:
          'One ZIP: a JSON file with your profile, sessions, rooms, messages and everything else ' +
          'that is known of you, and your picture. It is written in the background; read it again ' +
          'until it is `ready`. ' +
          'While you have one, which is for a day, asking again answers with that.',
        access: 'user',
        limit: 'mail',
        answers: { 202: { description: 'Being written, or ready.', body: ref(DataExport) } },
        errors: [],
      },
      async ({ caller }) => ({ status: 202, body: await exports.request(caller.userId) }),
    ),
    endpoint(
      {
        method: 'GET',
        path: '/v1/users/me/export',
        id: 'readExport',
        sessionOnly: true,
        issuerToo: true,
        tag,
        summary: 'How far the copy of your data is',
        description: 'Once it is `ready`, with a link to it.',
        access: 'user',
        answers: {
          200: { description: 'The export.', body: ref(DataExport) },
          204: { description: 'There is none: not asked for, or over.', body: null },
        },
        errors: [],
      },
      async ({ caller }) => {
        const found = await exports.find(caller.userId)
        return found ? { status: 200, body: found } : { status: 204, body: null }
      },
    ),
  ]
}
