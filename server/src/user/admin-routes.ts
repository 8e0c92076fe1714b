import { Type } from 'typebox'
import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Id, Page, Struct, pageQuery, ref } from '../contract/schema.ts'
import { AccountChange, AccountStatus, AdminUser, AuditEntry } from './schema.ts'
import type { UserAdministration } from './user-administration.ts'

const tag = 'Administration'

export function adminRoutes(administration: UserAdministration): Endpoint[] {
  return [...accountRoutes(administration), auditRoute(administration)]
}

function accountRoutes(administration: UserAdministration): Endpoint[] {
  return [
    endpoint(
      {
        method: 'GET',
        path: '/v1/admin/users',
        id: 'listAccounts',
        tag,
        summary: 'All accounts',
        description: 'By username. Deleted accounts are left out.',
        access: 'admin',
        query: Struct({
          ...pageQuery,
          q: Type.Optional(
            Type.String({
              maxLength: 100,
              description: 'Part of a name, or the beginning of an e-mail address.',
            }),
          ),
          status: Type.Optional(AccountStatus),
        }),
        answers: { 200: { description: 'Accounts.', body: Page(ref(AdminUser)) } },
        errors: [],
      },
      async ({ caller, query }) => ({
        status: 200,
        body: await administration.listUsers(caller.userId, query),
      }),
    ),
    endpoint(
      {
        method: 'PATCH',
        path: '/v1/admin/users/{userId}',
        id: 'changeAccount',
        tag,
        summary: 'Change a role; suspend or restore an account',
        description:
          'A suspension ends every session at once and keeps the account signed out until it is ' +
          'restored. The last active administrator can be neither demoted nor suspended.',
        access: 'admin',
        params: Struct({ userId: Id }),
        body: ref(AccountChange),
        example: { status: 'suspended', reason: 'advertising' },
        answers: { 200: { description: 'The account, as changed.', body: ref(AdminUser) } },
        errors: ['user_not_found', 'last_admin'],
      },
      async ({ caller, params, body }) => ({
        status: 200,
        body: await administration.changeUser(caller.userId, params.userId, body),
      }),
    ),
  ]
}

function auditRoute(administration: UserAdministration): Endpoint {
  return endpoint(
    {
      method: 'GET',
      path: '/v1/admin/audit',
      id: 'listAudit',
      tag,
      summary: 'What was done to accounts',
      description:
        'Sign-ins, ends of sessions, changes of role, status and password; newest first.',
      access: 'admin',
      query: Struct(pageQuery),
      answers: { 200: { description: 'Entries.', body: Page(ref(AuditEntry)) } },
      errors: [],
    },
    async ({ caller, query }) => ({
      status: 200,
      body: await administration.listAudit(caller.userId, query),
    }),
  )
}
