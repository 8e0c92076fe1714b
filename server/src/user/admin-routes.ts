import { Type } from 'typebox'
import { ServerRole } from '../contract/caller.ts'
import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Id, Page, StringEnum, Struct, pageQuery, ref } from '../contract/schema.ts'
import type { AccountAccess } from './account-access.ts'
import { AccountChange, AccountStatus, AdminUser, AuditEntry } from './schema.ts'
import type { UserAdministration } from './user-administration.ts'

const tag = 'Administration'

export function adminRoutes({
  administration,
  access,
}: {
  administration: UserAdministration
  access: AccountAccess
}): Endpoint[] {
  return [...accountRoutes(administration), ...accessRoutes(access), auditRoute(administration)]
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
          role: Type.Optional(ServerRole),
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
          'restored, or until `until`. The last active administrator can be neither demoted nor suspended.',
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
    endpoint(
      {
        method: 'DELETE',
        path: '/v1/admin/users/{userId}',
        id: 'deleteAccount',
        tag,
        summary: "Delete someone's account",
        description:
          'For good, as `DELETE /v1/users/me` does it: sessions and memberships end, the profile ' +
          'is erased, the username is free again. Messages stay, by "Deleted account"; with ' +
          '`texts=erase` each is deleted soon after. Your own account goes by the other call only.',
        access: 'admin',
        params: Struct({ userId: Id }),
        query: Struct({
          texts: Type.Optional(
            StringEnum(['keep', 'erase'], { description: 'Her messages; kept if absent.' }),
          ),
        }),
        answers: { 204: { description: 'Deleted.', body: null } },
        errors: ['user_not_found'],
      },
      async ({ caller, params, query }) => {
        await administration.deleteUser(caller.userId, params.userId, query.texts)
        return { status: 204, body: null }
      },
    ),
  ]
}

function accessRoutes(access: AccountAccess): Endpoint[] {
  return [
    endpoint(
      {
        method: 'DELETE',
        path: '/v1/admin/users/{userId}/sessions',
        id: 'endSessionsOf',
        tag,
        summary: 'Sign someone out everywhere',
        description: 'Every session ends at once; personal access tokens stay.',
        access: 'admin',
        params: Struct({ userId: Id }),
        answers: { 204: { description: 'Signed out.', body: null } },
        errors: ['user_not_found'],
      },
      async ({ caller, params }) => {
        await access.endSessions(caller.userId, params.userId)
        return { status: 204, body: null }
      },
    ),
    endpoint(
      {
        method: 'DELETE',
        path: '/v1/admin/users/{userId}/two-factor',
        id: 'resetTwoFactorOf',
        tag,
        summary: "Turn someone's two-factor off",
        description:
          'For whoever has lost her authenticator and her recovery codes. Every session ends too; ' +
          'she is told by mail. Answers 204 also where it was off.',
        access: 'admin',
        params: Struct({ userId: Id }),
        answers: { 204: { description: 'Off.', body: null } },
        errors: ['user_not_found'],
      },
      async ({ caller, params }) => {
        await access.resetTwoFactor(caller.userId, params.userId)
        return { status: 204, body: null }
      },
    ),
    endpoint(
      {
        method: 'DELETE',
        path: '/v1/admin/users/{userId}/passkeys',
        id: 'removePasskeysOf',
        tag,
        summary: 'Remove all passkeys of someone',
        description:
          'For whoever has lost a device that holds one. Every session ends too; she is told by ' +
          'mail. Answers 204 also where she had none, or has no other way in: see `hasPassword` ' +
          'and `identities`. Without both she signs in again once she has asked for a password ' +
          'by mail.',
        access: 'admin',
        params: Struct({ userId: Id }),
        answers: { 204: { description: 'Removed.', body: null } },
        errors: ['user_not_found'],
      },
      async ({ caller, params }) => {
        await access.removePasskeys(caller.userId, params.userId)
        return { status: 204, body: null }
      },
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
      query: Struct({
        ...pageQuery,
        action: Type.Optional(Type.String({ maxLength: 64, examples: ['user.suspended'] })),
        actorId: Type.Optional(Id),
        subjectId: Type.Optional(Id),
      }),
      answers: { 200: { description: 'Entries.', body: Page(ref(AuditEntry)) } },
      errors: [],
    },
    async ({ caller, query }) => ({
      status: 200,
      body: await administration.listAudit(caller.userId, query),
    }),
  )
}
