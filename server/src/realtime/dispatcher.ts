import type { FastifyBaseLogger } from 'fastify'
import { uuidv7 } from 'uuidv7'
import { AppError } from '../contract/error-codes.ts'
import { operationOf } from '../contract/endpoint.ts'
import type { Command, CommandDeclaration } from '../contract/frames.ts'
import { assertCleanSource, parseBounded } from '../contract/json.ts'
import { requireScope, scopeOfCommand } from '../contract/scopes.ts'
import type { Check, Validators } from '../contract/validator.ts'
import { CommandCounts } from './command-counts.ts'
import type { Connection } from './connection.ts'

/** A command about the connection itself: hello, token.renew. */
export interface ConnectionCommand {
  declaration: CommandDeclaration
  /** What the connection must be doing. */
  in: 'waiting' | 'ready'
  run: (connection: Connection, frame: unknown) => Promise<CommandResult>
}

interface CommandResult {
  data: unknown
  /** What follows the reply. */
  afterReply?: () => void
}

interface DispatcherDeps {
  commands: readonly Command[]
  connectionCommands: readonly ConnectionCommand[]
  validators: Validators
  logger: FastifyBaseLogger
}

interface Entry {
  command: ConnectionCommand
  check: Check
}

/** A frame that names a command, not yet checked against its schema. */
interface Envelope {
  id: number | null
  type: string
  frame: unknown
}

/** Turns frames into commands and their results into replies (S3): the socket's error mapper. */
export class Dispatcher {
  readonly counts: CommandCounts
  readonly #logger: FastifyBaseLogger
  readonly #commands: Map<string, Entry>

  constructor({ commands, connectionCommands, validators, logger }: DispatcherDeps) {
    this.#logger = logger
    const all = [...connectionCommands, ...commands.map(onReadyConnection)]
    this.#commands = new Map(
      all.map((command) => {
        const { type, schema } = command.declaration
        return [type, { command, check: validators.strict(schema) }]
      }),
    )
    this.counts = new CommandCounts(this.#commands.keys())
  }

  /** Answers one frame. Up to the command's own first wait nothing is awaited here, so that one
   *  sender's pipelined sends keep their order (G4). Never rejects. */
  async dispatch(connection: Connection, text: string): Promise<void> {
    let envelope: Envelope = { id: null, type: '', frame: undefined }
    try {
      envelope = open(text)
      assertCleanSource(text, envelope.frame) // only now, so that the refusal names the command
      const { command, frame } = this.#find(envelope)
      requireState(connection, command.in)
      requireScope(connection.caller?.scopes, scopeOfCommand(envelope.type))
      const { data, afterReply } = await command.run(connection, frame)
      connection.send({ re: envelope.id, ok: true, data })
      afterReply?.()
      this.counts.count(envelope.type, 'ok')
    } catch (error) {
      this.refuse(connection, envelope.id, envelope.type, error)
    }
  }

  /** Replies with an error, in the sentence of the command it belongs to. */
  refuse(connection: Connection, id: number | null, type: string, error: unknown): void {
    const known = error instanceof AppError ? error : new AppError('internal', { cause: error })
    this.counts.count(type, known.code)
    const requestId = known.status >= 500 ? uuidv7() : undefined
    if (requestId !== undefined) {
      const { id: connectionId, userId } = connection
      const line = { requestId, command: type, connectionId, userId }
      this.#logger.error({ ...line, err: known.cause ?? known }, 'command failed')
    }
    const operation = operationOf(this.#commands.get(type)?.command.declaration.id ?? 'runCommand')
    connection.send({
      re: id,
      ok: false,
      error: {
        code: known.code,
        message: known.sentence(operation) + pointers(known),
        ...(known.retryAfterMs === undefined ? {} : { retryAfterMs: known.retryAfterMs }),
        ...(requestId === undefined ? {} : { requestId }),
      },
    })
  }

  #find({ type, frame }: Envelope): { command: ConnectionCommand; frame: unknown } {
    const entry = this.#commands.get(type)
    if (!entry) throw new AppError('invalid_request', { reason: 'there is no such command' })
    const errors = entry.check(frame)
    if (errors) throw new AppError('invalid_request', { errors })
    return { command: entry.command, frame }
  }
}

/** A service's command, which runs for whoever the connection is signed in as. */
function onReadyConnection({ declaration, run }: Command): ConnectionCommand {
  return {
    declaration,
    in: 'ready',
    run: async (connection, frame) => {
      const { caller, id } = connection
      if (!caller) throw new AppError('unauthenticated')
      return { data: await run({ caller, connectionId: id }, frame) }
    },
  }
}

function requireState(connection: Connection, state: 'waiting' | 'ready'): void {
  if (connection.state === state) return
  if (state === 'ready') throw new AppError('unauthenticated', { reason: 'say hello first' })
  throw new AppError('invalid_request', { reason: 'hello is said once a connection' })
}

/** The id and type of a frame, whatever its texts hold; AppError `invalid_request` where it is not an object with them. */
export function open(text: string): Envelope {
  const frame = parseBounded(text)
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) {
    throw new AppError('invalid_request', { reason: 'a frame is a JSON object' })
  }
  const number = 'id' in frame && Number.isSafeInteger(frame.id) ? Number(frame.id) : -1
  const id = number >= 0 ? number : null
  const type = 'type' in frame && typeof frame.type === 'string' ? frame.type : ''
  return { id, type, frame }
}

function pointers({ errors = [] }: AppError): string {
  return errors.map(({ pointer, detail }) => ` (${pointer || '/'} ${detail})`).join('')
}
