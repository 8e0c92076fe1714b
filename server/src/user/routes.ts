import { Type } from 'typebox'
import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Id, Page, StringEnum, Struct, pageQuery, ref } from '../contract/schema.ts'
import { OwnUser, ProfileChange, PublicUser, UserProfile } from './schema.ts'
import type { UserSearch } from './user-search.ts'
import type { UserService } from './user-service.ts'

const tag = 'Users'

export function userRoutes({
  users,
  search,
}: {
  users: UserService
  search: UserSearch
}): Endpoint[] {
  return [...ownRoutes(users), ...publicRoutes(users, search)]
}

function ownRoutes(users: UserService): Endpoint[] {
  return [
    endpoint(
      {
        method: 'GET',
        path: '/v1/users/me',
        id: 'readOwnProfile',
        tag,
        summary: 'Your own profile',
        description:
          'With what only you and administrators see: e-mail address and state of the account.',
        access: 'user',
        answers: { 200: { description: 'You.', body: ref(OwnUser) } },
        errors: [],
      },
      async ({ caller }) => ({ status: 200, body: await users.getOwnUser(caller.userId) }),
    ),
    endpoint(
      {
        method: 'PATCH',
        path: '/v1/users/me',
        id: 'changeOwnProfile',
        tag,
        summary: 'Change your profile',
        description:
          'Changes the fields named; an empty value takes one of `fields` away. Your devices hear ' +
          'of it as `user.updated`.',
        access: 'user',
        body: ref(ProfileChange),
        example: { displayName: 'Ada Lovelace', statusText: 'computing' },
        answers: { 200: { description: 'You, as changed.', body: ref(OwnUser) } },
        errors: [],
      },
      async ({ caller, body }) => ({
        status: 200,
        body: await users.updateOwnUser(caller.userId, body),
      }),
    ),
    endpoint(
      {
        method: 'DELETE',
        path: '/v1/users/me',
        id: 'deleteOwnAccount',
        sessionOnly: true,
        issuerToo: true,
        tag,
        summary: 'Delete your account',
        description:
          'For good, at once: sessions and memberships end, the profile is erased, the username is ' +
          'free again. Messages stay, by "Deleted account"; with `texts=erase` each is deleted ' +
          'soon after, and only its place stays. There is no body: not every proxy passes one on ' +
          'with DELETE, and not every account has a password to repeat; ask the person before ' +
          'you call.',
        access: 'user',
        query: Struct({
          texts: Type.Optional(
            StringEnum(['keep', 'erase'], { description: 'Your messages; kept if absent.' }),
          ),
        }),
        answers: { 204: { description: 'Deleted.', body: null } },
        errors: ['last_admin'],
      },
      async ({ caller, query }) => {
        await users.deleteOwnUser(caller.userId, query.texts)
        return { status: 204, body: null }
      },
    ),
  ]
}

function publicRoutes(users: UserService, search: UserSearch): Endpoint[] {
  return [
    endpoint(
      {
        method: 'GET',
        path: '/v1/users',
        id: 'searchUsers',
        tag,
        summary: 'Find people by name',
        description:
          'Best first: usernames that begin with `q`, display names that do, names that hold it, ' +
          'names like it (typing errors). Suspended and deleted people are left out, and those ' +
          'with a block between you in either direction.',
        access: 'user',
        limit: 'search',
        query: Struct({
          ...pageQuery,
          q: Type.String({ minLength: 1, maxLength: 100, description: 'In any script.' }),
        }),
        answers: { 200: { description: 'People.', body: Page(ref(PublicUser)) } },
        errors: [],
      },
      async ({ caller, query }) => ({
        status: 200,
        body: await search.search(caller.userId, query),
      }),
    ),
    endpoint(
      {
        method: 'GET',
        path: '/v1/users/{userId}',
        id: 'readUser',
        tag,
        summary: "Someone's profile",
        description:
          'When she was last here is null where she shows it to contacts or nobody only, and where ' +
          'there is a block between you.',
        access: 'user',
        params: Struct({ userId: Id }),
        answers: { 200: { description: 'The person.', body: ref(UserProfile) } },
        errors: ['user_not_found'],
      },
      async ({ caller, params }) => ({
        status: 200,
        body: await users.getProfile(caller.userId, params.userId),
      }),
    ),
  ]
}
