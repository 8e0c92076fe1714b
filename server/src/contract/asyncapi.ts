import { description } from './asyncapi-info.ts'
import { publishComponents } from './components.ts'
import type { JsonObject } from './components.ts'
import { ErrorReply, pascal, replySchema, socketPath, subprotocol } from './frames.ts'
import type { CommandDeclaration, FrameDeclaration } from './frames.ts'
import { license } from './openapi-info.ts'
import type { Declarations } from './openapi.ts'
import { sample } from './sample.ts'
import type { NamedSchema } from './schema.ts'

type SocketDeclarations = Pick<Declarations, 'frames' | 'commands' | 'version'>

/** The AsyncAPI 3.0 document of the socket, from the server's side: it receives commands and
 *  sends replies and events. */
export function asyncApiDocument({ frames, commands, version }: SocketDeclarations): JsonObject {
  const messages = [
    ...commands.flatMap(({ declaration }) => commandMessages(declaration)),
    { title: 'Refusal', summary: 'A command was refused.', schema: ErrorReply },
    ...frames.map(({ type, description, schema }) => ({
      title: type,
      summary: description,
      schema,
    })),
  ]
  const schemas = publishComponents(messages.map(({ schema }) => schema))
  return {
    asyncapi: '3.0.0',
    id: 'urn:parley:socket',
    info: { title: 'Parley socket', version, description, license },
    defaultContentType: 'application/json',
    servers: { local: localServer },
    channels: { socket: { ...channel, messages: channelMessages(messages) } },
    operations: {
      ...Object.fromEntries(commands.map(({ declaration }) => commandOperation(declaration))),
      ...eventOperations(frames),
    },
    components: {
      messages: Object.fromEntries(messages.map((message) => messageObject(message, schemas))),
      schemas,
    },
  }
}

interface Message {
  title: string
  summary: string
  schema: NamedSchema
}

function commandMessages(declaration: CommandDeclaration): Message[] {
  const { type, description, schema } = declaration
  return [
    { title: type, summary: description, schema },
    { title: `${type}, done`, summary: `The answer to ${type}.`, schema: replySchema(declaration) },
  ]
}

function messageObject(message: Message, schemas: JsonObject): [string, JsonObject] {
  const { title, summary, schema } = message
  const name = schema.$id
  const payload = { $ref: `#/components/schemas/${name}` }
  const examples = [{ payload: sample(payload, schemas) }]
  return [name, { name, title, summary, payload, examples }]
}

function channelMessages(messages: readonly Message[]): JsonObject {
  const references = messages.map(({ schema: { $id } }) => [
    $id,
    { $ref: `#/components/messages/${$id}` },
  ])
  return Object.fromEntries(references)
}

function commandOperation(declaration: CommandDeclaration): [string, JsonObject] {
  const { id, type, description, schema, errors } = declaration
  const operation = {
    action: 'receive',
    channel: socket,
    title: type,
    summary: description,
    ...(errors.length > 0 && {
      description: `Can be refused with ${errors.map(code).join(', ')}.`,
      'x-error-codes': [...errors],
    }),
    messages: [inChannel(schema.$id)],
    reply: {
      channel: socket,
      messages: [inChannel(replySchema(declaration).$id), inChannel(ErrorReply.$id)],
    },
  }
  return [id, operation]
}

const kinds = {
  durable: { title: 'Durable events', summary: 'Entries of a room log, for its members.' },
  user: { title: 'User events', summary: 'News for all devices of one person.' },
  ephemeral: { title: 'Ephemeral events', summary: 'Passing news: may be merged or dropped.' },
  control: { title: 'Control frames', summary: 'About the connection itself.' },
}

function eventOperations(frames: readonly FrameDeclaration[]): JsonObject {
  const operations: JsonObject = {}
  for (const [kind, words] of Object.entries(kinds)) {
    const messages = frames
      .filter((frame) => frame.kind === kind)
      .map(({ schema }) => inChannel(schema.$id))
    if (messages.length === 0) continue
    operations[`send${pascal(kind)}Frames`] = {
      action: 'send',
      channel: socket,
      ...words,
      messages,
    }
  }
  return operations
}

const localServer = {
  host: 'localhost:3000',
  protocol: 'ws',
  description: 'Where `npm start` listens; `wss` behind TLS.',
}

const channel = {
  address: socketPath,
  title: 'The socket',
  summary: 'Commands in; replies and events out.',
  bindings: {
    ws: {
      method: 'GET',
      headers: {
        type: 'object',
        required: ['Sec-WebSocket-Protocol'],
        properties: { 'Sec-WebSocket-Protocol': { type: 'string', const: subprotocol } },
      },
      bindingVersion: '0.1.0',
    },
  },
}

const socket = { $ref: '#/channels/socket' }

function inChannel(message: string): JsonObject {
  return { $ref: `#/channels/socket/messages/${message}` }
}

function code(name: string): string {
  return `\`${name}\``
}
