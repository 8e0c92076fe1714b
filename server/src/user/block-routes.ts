import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Id, Page, Struct, pageQuery, ref } from '../contract/schema.ts'
import type { BlockService } from './block-service.ts'
import { Block } from './schema.ts'

const tag = 'Blocks'
const params = Struct({ userId: Id })

export function blockRoutes(blocks: BlockService): Endpoint[] {
  return [
    endpoint(
      {
        method: 'GET',
        path: '/v1/users/me/blocks',
        id: 'listBlocks',
        tag,
        summary: 'Whom you block',
        description: 'Your own list; the people on it never learn of it.',
        access: 'user',
        query: Struct(pageQuery),
        answers: { 200: { description: 'By username.', body: Page(ref(Block)) } },
        errors: [],
      },
      async ({ caller, query }) => ({
        status: 200,
        body: await blocks.list(caller.userId, query),
      }),
    ),
    endpoint(
      {
        method: 'PUT',
        path: '/v1/users/me/blocks/{userId}',
        id: 'blockUser',
        tag,
        summary: 'Block someone',
        description:
          'No direct messages in either direction, and neither finds the other. She does not learn ' +
          'of it. Your devices hear `blocks.updated`. Blocking twice changes nothing.',
        access: 'user',
        params,
        answers: { 204: { description: 'Blocked.', body: null } },
        errors: ['user_not_found', 'block_limit'],
      },
      async ({ caller, params: { userId } }) => {
        await blocks.block(caller.userId, userId)
        return { status: 204, body: null }
      },
    ),
    endpoint(
      {
        method: 'DELETE',
        path: '/v1/users/me/blocks/{userId}',
        id: 'unblockUser',
        tag,
        summary: 'Unblock someone',
        description: 'Answers 204 also where there was no block.',
        access: 'user',
        params,
        answers: { 204: { description: 'Not blocked.', body: null } },
        errors: [],
      },
      async ({ caller, params: { userId } }) => {
        await blocks.unblock(caller.userId, userId)
        return { status: 204, body: null }
      },
    ),
  ]
}
