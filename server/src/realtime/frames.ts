import { Type } from 'typebox'
import { Id } from '../contract/schema.ts'
import { plainFrame } from '../contract/frames.ts'
import type { FrameDeclaration } from '../contract/frames.ts'

export const ping = plainFrame('ping', 'control', 'The server is alive; no answer is needed.', {})
export const live = plainFrame(
  'live',
  'control',
  'Every room has reached at least its lastSeq of ready: what follows happens now.',
  {},
)
export const reconnect = plainFrame(
  'reconnect',
  'control',
  'The node is going down: connect again after this time; the socket closes with 4000.',
  { afterMs: Type.Integer({ minimum: 0 }) },
)

export const presence = plainFrame('presence', 'ephemeral', 'Somebody you watch came or went.', {
  userId: Id,
  online: Type.Boolean(),
})

export const realtimeFrames: FrameDeclaration[] = [ping, live, reconnect, presence]
