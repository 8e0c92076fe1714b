import type { Static, TSchema } from 'typebox'
import type { Caller } from './caller.ts'
import type { ErrorCode } from './error-codes.ts'

/** Who may call: anyone, a signed-in person, or an administrator of the server. */
export type Access = 'public' | 'user' | 'admin'

/** Which rate limit a call counts against (http/middleware/rate-limit.ts has the figures). */
export type LimitName = 'default' | 'auth' | 'mail' | 'send' | 'search' | 'upload' | 'files'

/** A success status with what it carries; `null` where there is no body. 303 sends a browser on. */
export type Answers = Partial<Record<200 | 201 | 202 | 204 | 303, DeclaredAnswer>>

interface DeclaredAnswer {
  description: string
  body: TSchema | null
  /** Fields of the documents' example that differ from those its schema suggests; undefined ones
   *  are left out. */
  example?: object
}

/** The one file a multipart/form-data body holds, in its field `file`. */
export interface DeclaredFile {
  description: string
  maxBytes: number
  /** Which media types are taken: for the documents, the service looks at the bytes. */
  types: readonly string[]
}

/** One HTTP operation: routes, validation, documents and client types all come from here. */
export interface Declaration {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** OpenAPI form: /v1/rooms/{roomId}. */
  path: string
  /** operationId, and the operation in error sentences: sendMessage → "send message". */
  id: string
  tag: string
  summary: string
  description?: string
  access: Access
  limit?: LimitName
  /** No personal access token will do, whatever its scopes. */
  sessionOnly?: true
  /** What needs a session takes a token of TRUSTED_ISSUER too: it adds no way to sign in. */
  issuerToo?: true
  params?: TSchema
  query?: TSchema
  body?: TSchema
  /** The body may be left out, and reads as an empty object then. */
  bodyOptional?: true
  /** Instead of a body in JSON. */
  file?: DeclaredFile
  /** Shown in the documents as the body's example. */
  example?: unknown
  answers: Answers
  /** What it can answer with beyond the codes every operation shares. */
  errors: readonly ErrorCode[]
}

export interface RequestContext {
  requestId: string
  /** The client's address, as TRUST_PROXY allows to know it. */
  address: string
  userAgent: string
  /** As the headers of these names say; absent beyond HTTP. */
  accept?: string | undefined
  cookie?: string | undefined
  origin?: string | undefined
  host?: string | undefined
}

type Of<S> = S extends TSchema ? Static<S> : undefined

export interface Input<D extends Declaration> {
  params: Of<D['params']>
  query: Of<D['query']>
  body: Of<D['body']>
  file: D['file'] extends DeclaredFile ? Buffer : undefined
  caller: D['access'] extends 'public' ? undefined : Caller
  context: RequestContext
}

type AnswerOf<A extends Answers> = {
  [S in keyof A]: A[S] extends { body: infer B }
    ? { status: S; body: B extends TSchema ? Static<B> : null; headers?: Record<string, string> }
    : never
}[keyof A]

export interface AnyInput {
  params: unknown
  query: unknown
  body: unknown
  file: Buffer | undefined
  caller: Caller | undefined
  context: RequestContext
}

export interface AnyAnswer {
  status: number
  body: unknown
  headers?: Record<string, string>
}

/** A declared operation with the code that answers it. */
export interface Endpoint {
  declaration: Declaration
  handle: (input: AnyInput) => Promise<AnyAnswer>
}

/** Lets the compiler read a handler's `status: 200` as 200, not as a number. */
interface LiteralStatus {
  status: keyof Answers
}

/** Joins a declaration and its handler; the handler's types follow from the declaration. */
export function endpoint<const D extends Declaration>(
  declaration: D,
  handle: (input: Input<D>) => Promise<AnswerOf<D['answers']> & LiteralStatus>,
): Endpoint {
  // The door validates each part by the declaration's schema before it calls, so the erased
  // input has the declared type.
  return { declaration, handle: handle as unknown as Endpoint['handle'] }
}

/** sendMessage → "send message" */
export function operationOf(id: string): string {
  return id.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
