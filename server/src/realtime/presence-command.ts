import { Type } from 'typebox'
import { declareCommand } from '../contract/frames.ts'
import { Id, Struct } from '../contract/schema.ts'
import type { ConnectionCommand } from './dispatcher.ts'
import type { Presence } from './presence.ts'

/** People one connection can watch (E2). */
const watchLimit = 200

export const watchDeclaration = declareCommand('presence.watch', {
  id: 'watchPresence',
  description:
    'Replaces whom this connection watches: the people on its screen. Their comings and goings follow as `presence` frames. People with a block in either direction are never online.',
  input: { userIds: Type.Array(Id, { maxItems: watchLimit, uniqueItems: true }) },
  reply: Struct({ online: Type.Array(Id, { description: 'Who of them is online now.' }) }),
  errors: [],
})

export function watchCommand(presence: Presence): ConnectionCommand {
  return {
    declaration: watchDeclaration,
    in: 'ready',
    run: async (connection, frame) => {
      const { userIds } = frame as { userIds: string[] } // validated by watchDeclaration
      return { data: { online: await presence.watch(connection, userIds) } }
    },
  }
}
