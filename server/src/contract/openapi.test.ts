import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { endpoint } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { command, durableEvent } from './frames.ts'
import { openApiDocument } from './openapi.ts'
import { Id, Page, Struct, named, pageQuery, ref } from './schema.ts'

const User = named('User', Struct({ id: Id, name: Type.String() }, { description: 'A person.' }))
const NewUser = named('NewUser', Struct({ name: Type.String() }))

const listUsers = endpoint(
  {
    method: 'GET',
    path: '/v1/users',
    id: 'listUsers',
    tag: 'Users',
    summary: 'Find people',
    access: 'public',
    query: Struct({ q: Type.String({ description: 'Begins with.' }), ...pageQuery }),
    answers: { 200: { description: 'A page', body: Page(ref(User)) } },
    errors: [],
  },
  async () => ({ status: 200, body: { items: [], nextCursor: null } }),
)
const replaceUser = endpoint(
  {
    method: 'PUT',
    path: '/v1/users/{userId}',
    id: 'replaceUser',
    tag: 'Administration',
    summary: 'Replace a person',
    access: 'admin',
    params: Struct({ userId: Id }),
    body: ref(NewUser),
    example: { name: 'Ada' },
    answers: { 201: { description: 'Made', body: ref(User) } },
    errors: ['username_taken', 'email_taken', 'overloaded'],
  },
  async () => ({ status: 201, body: { id: '', name: '' } }),
)

/** The answers of the document's operation, as loosely as a test needs them. */
function documentOf(...endpoints: Endpoint[]) {
  const userMoved = durableEvent('user.moved', 'A person moved.', ref(User))
  const move = command(
    'user.move',
    { id: 'moveUser', description: 'Moves.', input: { user: Id }, reply: ref(User), errors: [] },
    async () => ({ id: '', name: '' }),
  )
  const document = openApiDocument({
    endpoints,
    frames: [userMoved],
    commands: [move],
    version: '1.2.3',
  })
  // A test may read any depth of the document; what is not there is undefined and fails it.
  return JSON.parse(JSON.stringify(document)) as Record<string, never> & {
    paths: Record<string, Record<string, Operation>>
    components: { schemas: Record<string, object> }
    tags: { name: string }[]
  }
}
interface Operation {
  security: object[]
  parameters: object[]
  requestBody: object
  responses: Record<string, { headers: object; content: Record<string, { examples: object }> }>
}

function operation(endpoint: Endpoint): Operation {
  const { path, method } = endpoint.declaration
  const found = documentOf(endpoint).paths[path]?.[method.toLowerCase()]
  if (!found) throw new Error('the document lacks the operation')
  return found
}

test('a named schema stands once among the components and is referred to', () => {
  const { responses } = operation(listUsers)
  expect(responses['200']?.content['application/json']).toMatchObject({
    schema: { properties: { items: { items: { $ref: '#/components/schemas/User' } } } },
  })
  const { schemas } = documentOf(listUsers).components
  expect(schemas.User).toEqual({
    type: 'object',
    description: 'A person.',
    required: ['id', 'name'],
    properties: {
      id: { type: 'string', format: 'uuid', description: 'A UUID, in lower case.' },
      name: { type: 'string' },
    },
    additionalProperties: false,
  })
})

test('frames, commands and replies are components too, for the generator of the types', () => {
  const names = Object.keys(documentOf(listUsers).components.schemas)
  expect(names).toEqual(
    expect.arrayContaining(['UserMovedEvent', 'UserMoveCommand', 'UserMoveReply', 'ErrorReply']),
  )
  expect(names).toEqual([...names].sort())
})

test('query and path fields become parameters, their description beside the schema', () => {
  expect(operation(listUsers).parameters[0]).toEqual({
    name: 'q',
    in: 'query',
    required: true,
    description: 'Begins with.',
    schema: { type: 'string' },
  })
  expect(operation(replaceUser).parameters).toMatchObject([
    { name: 'userId', in: 'path', required: true },
  ])
})

test('an operation documents its own error codes and those its form brings, one example each', () => {
  const { responses } = operation(replaceUser)
  const problems = Object.entries(responses).flatMap(([status, { content }]) =>
    Object.keys(content?.['application/problem+json']?.examples ?? {}).map(
      (code) => `${status} ${code}`,
    ),
  )
  expect(problems).toEqual([
    '400 invalid_request',
    '401 unauthenticated',
    '403 insufficient_scope',
    '403 forbidden',
    '409 username_taken',
    '409 email_taken',
    '503 overloaded',
    '503 unavailable',
  ])
  const shared = { 413: 'payload_too_large', 415: 'unsupported_media_type', 429: 'rate_limited' }
  for (const [status, code] of Object.entries(shared)) {
    expect(responses[status]).toEqual({ $ref: `#/components/responses/${code}` })
  }
  expect(responses['409']?.content['application/problem+json']?.examples).toMatchObject({
    username_taken: {
      value: {
        status: 409,
        detail: 'unable to replace user; this username belongs to someone else',
      },
    },
  })
})

test('an operation that takes nothing says that something is refused', () => {
  const { params: _, body: __, ...bare } = replaceUser.declaration
  const statusesOf = (method: 'GET' | 'POST') =>
    Object.keys(operation({ ...replaceUser, declaration: { ...bare, method } }).responses)
  expect(statusesOf('POST')).toEqual(expect.arrayContaining(['400', '413', '415']))
  expect(statusesOf('GET')).toContain('400') // a query; a body of its is never read
  expect(statusesOf('GET')).not.toContain('413')
})

test('a public operation needs no token, every other one does', () => {
  expect(operation(listUsers).security).toEqual([])
  expect(operation(listUsers).responses).not.toHaveProperty('401')
  expect(operation(replaceUser).security).toEqual([{ accessToken: [] }])
})

test('the example of a body and the Location of what was made are shown', () => {
  const { requestBody, responses } = operation(replaceUser)
  expect(requestBody).toMatchObject({
    content: { 'application/json': { example: { name: 'Ada' } } },
  })
  expect(responses['201']?.headers).toHaveProperty('Location')
})

test('an answer shows an example of its shape, with the fields its declaration says', () => {
  const answers = { 200: { description: 'Ben', body: ref(User), example: { name: 'Ben' } } }
  const { responses } = operation({
    ...replaceUser,
    declaration: { ...replaceUser.declaration, answers },
  })
  expect(responses['200']?.content['application/json']).toMatchObject({
    example: { id: '0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e', name: 'Ben' },
  })
})

test('only the tags in use are described, in their fixed order', () => {
  const { tags } = documentOf(replaceUser, listUsers)
  expect(tags.map(({ name }) => name)).toEqual(['Users', 'Administration'])
})
