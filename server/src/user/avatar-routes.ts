import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Id, Struct, ref } from '../contract/schema.ts'
import { avatarTypes } from './avatar-images.ts'
import type { Avatars } from './avatars.ts'
import { OwnUser } from './schema.ts'

export function avatarRoutes(avatars: Avatars): Endpoint[] {
  return [...ownRoutes(avatars), removalRoute(avatars)]
}

function ownRoutes(avatars: Avatars): Endpoint[] {
  return [
    endpoint(
      {
        method: 'PUT',
        path: '/v1/users/me/avatar',
        id: 'changeOwnAvatar',
        tag: 'Users',
        summary: 'Choose your picture',
        description:
          'The file is read as a picture, turned upright, cut to a square and written anew: ' +
          'nothing else it holds (place, camera, further frames) is kept. `avatarUrl` changes, ' +
          'and your devices hear of it as `user.updated`.',
        access: 'user',
        limit: 'upload',
        file: {
          description: 'JPEG, PNG, WebP or GIF, up to 5 MB and 25 million pixels.',
          maxBytes: 5_000_000,
          types: avatarTypes,
        },
        answers: { 200: { description: 'You, as changed.', body: ref(OwnUser) } },
        errors: [],
      },
      async ({ caller, file }) => ({ status: 200, body: await avatars.set(caller.userId, file) }),
    ),
    endpoint(
      {
        method: 'DELETE',
        path: '/v1/users/me/avatar',
        id: 'removeOwnAvatar',
        tag: 'Users',
        summary: 'Take your picture back',
        description: 'The one drawn from your name is shown again. Answers 204 also where it was.',
        access: 'user',
        limit: 'upload',
        answers: { 204: { description: 'Removed.', body: null } },
        errors: [],
      },
      async ({ caller }) => {
        await avatars.remove(caller.userId)
        return { status: 204, body: null }
      },
    ),
  ]
}

function removalRoute(avatars: Avatars): Endpoint {
  return endpoint(
    {
      method: 'DELETE',
      path: '/v1/admin/users/{userId}/avatar',
      id: 'removeAvatarOf',
      tag: 'Administration',
      summary: "Take someone's picture away",
      description: 'The one drawn from her name is shown again. Answers 204 also where it was.',
      access: 'admin',
      params: Struct({ userId: Id }),
      answers: { 204: { description: 'Removed.', body: null } },
      errors: ['user_not_found'],
    },
    async ({ caller, params }) => {
      await avatars.removeOf(caller.userId, params.userId)
      return { status: 204, body: null }
    },
  )
}
