/** Which command has which policy, as authorisation-rows.ts says of operations. */
import { randomUUID } from 'node:crypto'
import { anothers, inRoom, signedIn } from './authorisation-row.ts'
import type { MakeInput, Rows } from './authorisation-row.ts'
import type { Scene } from './authorisation-world.ts'

const message = () => ({ clientId: randomUUID(), text: 'by socket' })
const said =
  (make: (scene: Scene) => object): MakeInput =>
  (scene) => ({ body: { room: scene.room.id, ...make(scene) } })

/** By the type of the command in asyncapi.json. Answers are codes; `ok` where it is done. */
export const commandRows: Rows = {
  hello: signedIn('ok', ({ caller }) => ({ body: { token: caller.token } })),
  'token.renew': [
    signedIn('ok', ({ caller }) => ({ body: { token: caller.token } })),
    anothers('ok', ({ outsider }) => ({ body: { token: outsider.token } }), "another's"),
  ],
  'presence.watch': signedIn('ok', ({ outsider }) => ({ body: { userIds: [outsider.userId] } })),
  'message.send': inRoom('write', 'ok', said(message)),
  'message.edit': [
    inRoom(
      'write',
      'ok',
      said(({ ownSeq: seq }) => ({ seq, text: 'changed' })),
      'own',
    ),
    inRoom(
      "edit-another's",
      'ok',
      said(({ anothersSeq: seq }) => ({ seq, text: 'changed' })),
      "another's",
    ),
  ],
  'message.delete': [
    inRoom(
      'write',
      'ok',
      said(({ ownSeq: seq }) => ({ seq })),
      'own',
    ),
    inRoom(
      "delete-another's",
      'ok',
      said(({ anothersSeq: seq }) => ({ seq })),
      "another's",
    ),
  ],
  'read.set': inRoom(
    'read',
    'ok',
    said(() => ({ seq: 2 })),
  ),
  'typing.set': inRoom(
    'write',
    'ok',
    said(() => ({})),
  ),
  'room.sync': inRoom(
    'read',
    'ok',
    said(() => ({ after: 0 })),
  ),
}
