import { Parser } from '@asyncapi/parser'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { asyncApiDocument } from './asyncapi.ts'
import { closeCodes } from './close-codes.ts'
import { command, durableEvent, plainFrame, userEvent } from './frames.ts'
import { Id, Nullable, Seq, Struct, named, ref } from './schema.ts'

const Note = named(
  'Note',
  Struct({
    room: Id,
    text: Type.String({ minLength: 6 }),
    replyTo: Nullable(Seq),
    marks: Type.Array(Type.String({ examples: ['!'] })),
  }),
)
const send = command(
  'note.send',
  {
    id: 'sendNote',
    description: 'Sends a note.',
    input: { room: Id, text: Type.String() },
    reply: ref(Note),
    errors: ['room_not_found'],
  },
  async () => ({ room: '', text: '', replyTo: null, marks: [] }),
)
const frames = [
  durableEvent('note.created', 'A note was sent.', ref(Note)),
  userEvent('room.gone', 'A room is gone.', Struct({ room: Id })),
  plainFrame('room.gone', 'control', 'The room of a cursor is gone.', { room: Id }),
]
const document = asyncApiDocument({ frames, commands: [send], version: '1.2.3' })

test('the document is valid AsyncAPI', async () => {
  const { diagnostics } = await new Parser().parse(JSON.stringify(document))
  const faults = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version')
  expect(faults.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([])
})

test('a command is an operation the server receives, with its reply and the refusal', () => {
  expect(document.operations).toHaveProperty('sendNote')
  expect(document).toMatchObject({
    operations: {
      sendNote: {
        action: 'receive',
        description: 'Can be refused with `room_not_found`, `insufficient_scope`.',
        messages: [{ $ref: '#/channels/socket/messages/NoteSendCommand' }],
        reply: {
          messages: [
            { $ref: '#/channels/socket/messages/NoteSendReply' },
            { $ref: '#/channels/socket/messages/ErrorReply' },
          ],
        },
      },
    },
  })
})

test('frames are sent by the server, grouped by kind; two may share one type', () => {
  expect(document).toMatchObject({
    operations: {
      sendDurableFrames: { messages: [{ $ref: '#/channels/socket/messages/NoteCreatedEvent' }] },
      sendUserFrames: { messages: [{ $ref: '#/channels/socket/messages/RoomGoneEvent' }] },
      sendControlFrames: { messages: [{ $ref: '#/channels/socket/messages/RoomGoneFrame' }] },
    },
  })
  expect(document.operations).not.toHaveProperty('sendEphemeralFrames')
})

test('every example fits its schema', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const { components } = document
  ajv.addSchema({ components }, 'asyncapi.json', undefined, false)
  // The document was made with these very keys.
  const { messages } = components as unknown as {
    messages: Record<string, { examples: [{ payload: unknown }] }>
  }
  const faults = Object.entries(messages).filter(
    ([name, { examples }]) =>
      !ajv.validate({ $ref: `asyncapi.json#/components/schemas/${name}` }, examples[0].payload),
  )
  expect(Object.keys(messages)).toHaveLength(6)
  expect(faults).toEqual([])
})

test('S7 every close code is described', () => {
  const text = JSON.stringify(document.info)
  for (const { code } of Object.values(closeCodes)) expect(text).toContain(`| ${code} |`)
})
