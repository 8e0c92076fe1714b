// The words around the messages of asyncapi.json; docs/protocol.md has every rule in full.
import { closeCodes } from './close-codes.ts'

export const description = `Real time for Parley: one WebSocket a device, JSON text frames, subprotocol \`parley.v1\`.

## Opening
1. Open \`GET /v1/socket\` with the subprotocol \`parley.v1\`. No token goes into the URL.
2. Within 5 s send \`hello\` with the access token of \`POST /v1/auth/login\` (or register, refresh); after an absence also the \`epoch\` of the last \`ready\` and a cursor, the last \`seq\` you hold, for each room.
3. The reply comes, then \`ready\`: who you are and all your rooms. Then whatever you missed, in order within each room, or a \`reset\` for a room where that is not possible. Then \`live\`.

\`ready\` may come again at any time and replaces the one before.

## Commands
Each carries a number of yours as \`id\`; its answer carries the same number as \`re\`: \`{"re", "ok": true, "data"}\` or \`{"re", "ok": false, "error"}\`. Codes are those of openapi.json. The events a command causes reach your own socket too, before or after the answer.

## Events
- **Durable events** have \`room\` and \`seq\`: the dense log of the room, 1, 2, 3, … without a hole. Keep the last \`seq\` of each room; it is the cursor to come back with.
- **User events** have \`userSeq\`: news for all devices of one person.
- **Ephemeral events** have neither; they may be merged or dropped.

## Staying
Every \`heartbeatMs\` (in \`ready\`) the server sends a ping frame and \`{"type":"ping"}\`; a client that hears nothing for twice as long reconnects. Before the access token runs out, send \`token.renew\`.

## Close codes
${closeCodeTable()}

1001, 1006 and 1011 to 1013 also mean: come back. 1009 means: come back and never send that frame again.
`

function closeCodeTable(): string {
  const rows = Object.values(closeCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |`)
  return ['| code | meaning |', '| --- | --- |', ...rows].join('\n')
}
