import { Type } from 'typebox'
import type { Static, TSchema } from 'typebox'
import type { Caller } from './caller.ts'
import type { ErrorCode } from './error-codes.ts'
import { ErrorCodeSchema } from './problem.ts'
import { Id, Nullable, Seq, Struct, Time, named, ref } from './schema.ts'
import type { NamedSchema } from './schema.ts'

export const socketPath = '/v1/socket'
export const subprotocol = 'parley.v1'

/** message.created → MessageCreated */
export function pascal(type: string): string {
  return type
    .split('.')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}

/** What a frame from the server is: its schema, and where it stands in the contract (S4). */
export interface FrameDeclaration {
  type: string
  kind: 'durable' | 'user' | 'ephemeral' | 'control'
  description: string
  schema: NamedSchema
}

/** An entry of a room's log as a frame: `{type, room, seq, at, data}`. */
export function durableEvent<const T extends string, S extends TSchema>(
  type: T,
  description: string,
  data: S,
) {
  const schema = named(
    `${pascal(type)}Event`,
    Struct({ type: Type.Literal(type), room: Id, seq: Seq, at: Time, data }, { description }),
  )
  return { type, kind: 'durable' as const, description, schema }
}

/** News for one person's devices: `{type, userSeq, data}` (L4). */
export function userEvent<const T extends string, S extends TSchema>(
  type: T,
  description: string,
  data: S,
) {
  const schema = named(
    `${pascal(type)}Event`,
    Struct(
      { type: Type.Literal(type), userSeq: Type.Integer({ minimum: 0 }), data },
      { description },
    ),
  )
  return { type, kind: 'user' as const, description, schema }
}

/** A frame with neither seq nor userSeq: it may be merged or dropped. */
export function plainFrame<const T extends string, P extends Record<string, TSchema>>(
  type: T,
  kind: 'ephemeral' | 'control',
  description: string,
  properties: P,
) {
  const schema = named(
    `${pascal(type)}Frame`,
    Struct({ type: Type.Literal(type), ...properties }, { description }),
  )
  return { type, kind, description, schema }
}

/** What a command knows of the connection it came in on. */
export interface CommandContext {
  caller: Caller
  connectionId: string
}

export interface CommandDeclaration {
  type: string
  /** Operation of the error sentence, as an endpoint's id. */
  id: string
  description: string
  /** The whole frame, `id` and `type` included. */
  schema: NamedSchema
  reply: TSchema
  errors: readonly ErrorCode[]
}

/** A declared socket command with the code that answers it. */
export interface Command {
  declaration: CommandDeclaration
  run: (context: CommandContext, input: unknown) => Promise<unknown>
}

interface CommandOptions<P, R> {
  id: string
  description: string
  input: P
  reply: R
  errors: readonly ErrorCode[]
}

/** Declares a command `{id, type, …input}`. */
export function declareCommand<P extends Record<string, TSchema>, R extends TSchema>(
  type: string,
  { id, description, input, reply, errors }: CommandOptions<P, R>,
): CommandDeclaration {
  const schema = named(
    `${pascal(type)}Command`,
    Struct({ id: frameId, type: Type.Literal(type), ...input }, { description }),
  )
  return { type, id, description, schema, reply, errors: [...errors, 'insufficient_scope'] }
}

/** Declares a command and joins it to its handler. */
export function command<P extends Record<string, TSchema>, R extends TSchema>(
  type: string,
  options: CommandOptions<P, R>,
  run: (context: CommandContext, input: Static<ReturnType<typeof Struct<P>>>) => Promise<Static<R>>,
): Command {
  // The gateway validates the frame by the declaration's schema before it calls.
  return { declaration: declareCommand(type, options), run: run as unknown as Command['run'] }
}

const frameId = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "The client's number for this command; the reply names it as `re`.",
})

/** The answer to a command that was done (S3): `{re, ok: true, data}`. */
export function replySchema({ type, reply }: CommandDeclaration) {
  return named(
    `${pascal(type)}Reply`,
    Struct(
      { re: frameId, ok: Type.Literal(true), data: reply },
      { description: `The answer to ${type}.` },
    ),
  )
}

/** The answer to a command that was refused (S3). */
export const ErrorReply = named(
  'ErrorReply',
  Struct(
    {
      re: Nullable(frameId),
      ok: Type.Literal(false),
      error: Struct({
        code: ref(ErrorCodeSchema),
        message: Type.String({ description: 'What was tried, then why it failed.' }),
        retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
        requestId: Type.Optional(
          Type.String({ description: 'Where the fault is ours: names it in the server log.' }),
        ),
      }),
    },
    { description: 'A refused command; `re` is null where the frame had no readable id.' },
  ),
)
