// The words around the operations of openapi.json.

export const license = { name: 'MIT', url: 'https://opensource.org/license/mit' }

/** In the order the documentation shows them. */
export const tags = [
  { name: 'Auth', description: 'Accounts, sessions and tokens.' },
  { name: 'Users', description: 'Profiles and search.' },
  { name: 'Blocks', description: 'People you do not want to hear from.' },
  { name: 'Rooms', description: 'Direct rooms, groups and public channels.' },
  { name: 'Members', description: 'Who is in a room, and with which role.' },
  {
    name: 'Messages',
    description: 'Sending, reading, editing; read markers; the gap-free log of a room.',
  },
  { name: 'Administration', description: 'Management of people, for administrators.' },
  { name: 'Health', description: 'For operators and load balancers.' },
] as const

export const description = `Parley is a self-hosted real-time chat backend: **nothing lost, nothing doubled, everything typed.**

## A first conversation
1. **Register** with \`POST /v1/auth/register\`. The answer holds \`session.accessToken\`.
2. **Authorize** with that token. On this page registering and signing in do it by themselves; *Try with a new account* does both in one click.
3. **Make a room** with \`POST /v1/rooms\`: a \`clientId\` of your own (any new UUID), the kind \`channel\`, a name.
4. **Send** with \`POST /v1/rooms/{roomId}/messages\`: another \`clientId\` and a text. The answer carries \`seq\`, the place of the message in the room.
5. **Read** with \`GET /v1/rooms/{roomId}/messages\`.

For live events open the socket, \`GET /v1/socket\`, described on [its own page](/docs/socket) and in [asyncapi.json](/asyncapi.json). Both doors lead to the same rooms: what is sent through one arrives through the other.

## Good to know
- **Retry without fear.** Send again with the same \`clientId\` after a lost answer: the message is stored once, for ever, and the answer says \`repeated: true\`.
- **Access tokens** last ten minutes at most; \`POST /v1/auth/refresh\` trades the refresh token for a new pair.
- **Programs** use personal access tokens (\`POST /v1/auth/tokens\`) or bots' tokens in the same place; each operation says which scope it takes.
- **Errors** are \`application/problem+json\` (RFC 9457). Branch on \`code\`, which is stable; quote \`requestId\` when you report one.
- **Lists** answer \`{items, nextCursor}\`; pass \`nextCursor\` as \`cursor\` for the next page. \`limit\` is at most 200.
- **Limits** are told by \`RateLimit\`; past them comes 429 with \`Retry-After\`.
- **Times** are RFC 3339 in UTC. **Unknown fields are refused**, never ignored.
`
