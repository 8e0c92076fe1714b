/** Holds real traffic against the documents: every HTTP answer, every frame and every reply. */
import { WebSocket } from 'ws'
import type { RawData } from 'ws'
import { isObject } from '../src/contract/components.ts'
import type { JsonObject } from '../src/contract/components.ts'
import type { Problem } from '../src/contract/problem.ts'
import { Documented } from './documented.ts'
import type { DocumentedOperation } from './documented.ts'

/** Refusals of the door itself, before any operation is reached. */
const ofTheDoor = ['invalid_request', 'not_found', 'payload_too_large', 'unsupported_media_type']

export class ContractCheck {
  /** What did not fit, in sentences. */
  readonly faults: string[] = []
  /** What came past so far: "GET /v1/users/me 200", "frame ping", "reply hello". */
  readonly seen = new Set<string>()
  readonly #documents: Documented
  readonly #fetch: typeof globalThis.fetch

  constructor(
    documents: { openapi: JsonObject; asyncapi: JsonObject },
    fetch: typeof globalThis.fetch = globalThis.fetch,
  ) {
    this.#documents = new Documented(documents)
    this.#fetch = fetch
  }

  /** Throws where anything so far did not fit. */
  assertKept(): void {
    if (this.faults.length === 0) return
    throw new Error(`the traffic does not fit the documents:\n${this.faults.join('\n')}`)
  }

  /** fetch, for the SDK and for stories, whose answers are checked. */
  readonly fetch = async (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const { method, url } = request
    const response = await this.#fetch(request)
    const { pathname } = new URL(url)
    const operation = this.#documents.operation(method, pathname)
    if (operation) {
      this.seen.add(`${operation.name} ${response.status}`)
      const where = `${method} ${pathname} → ${response.status}`
      await this.#checkResponse(where, operation, response.clone())
    }
    return response
  }

  /** A WebSocket class, for the SDK and for stories, whose frames and replies are checked. */
  readonly WebSocket = checkedWebSocket(this)

  /** Checks a frame the server sent unasked. */
  frame(frame: unknown): void {
    const { type } = fieldsOf(frame)
    this.seen.add(`frame ${String(type)}`)
    const misfits = this.#documents
      .schemasOfFrame(String(type))
      .map((name) => this.#documents.misfit(`/components/schemas/${name}`, frame))
    if (misfits.length > 0 && misfits.includes(undefined)) return
    this.#note(`frame ${String(type)}`, misfits.join('; ') || 'is not documented', frame)
  }

  /** Checks the reply to a command of this type. */
  reply(command: string, reply: unknown): void {
    const done = fieldsOf(reply).ok === true
    if (done) this.seen.add(`reply ${command}`)
    const name = done ? this.#documents.schemaOfReply(command) : 'ErrorReply'
    const misfit = name
      ? this.#documents.misfit(`/components/schemas/${name}`, reply)
      : 'the command is not documented'
    if (misfit) this.#note(`reply to ${command}`, misfit, reply)
  }

  async #checkResponse(where: string, operation: DocumentedOperation, response: Response) {
    const { status, headers } = response
    const text = await response.text()
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const documented = operation.responses[status]
    if (headers.get('content-type')?.startsWith('application/problem+json')) {
      return this.#checkProblem(where, this.#documents.codesOf(documented), response, body)
    }
    if (!isObject(documented)) return this.#note(where, 'the status is not documented', body)
    for (const header of Object.keys(documented.headers ?? {})) {
      if (!headers.has(header)) this.#note(where, `the header ${header} is missing`, body)
    }
    const schema = `${operation.pointer}/responses/${status}/content/application~1json/schema`
    const misfit = documented.content
      ? this.#documents.misfit(schema, body)
      : body !== undefined && 'a body is not documented'
    if (misfit) this.#note(where, misfit, body)
  }

  #checkProblem(where: string, codes: readonly string[], response: Response, body: unknown): void {
    const misfit = this.#documents.misfit('/components/schemas/Problem', body)
    if (misfit) return this.#note(where, misfit, body)
    const { code, status, requestId } = body as Problem // it fits
    if (status !== response.status) this.#note(where, 'the body names another status', body)
    if (requestId !== response.headers.get('x-request-id')) {
      this.#note(where, 'the body names another request', body)
    }
    if (codes.includes(code) || ofTheDoor.includes(code)) return
    this.#note(where, `${code} is not documented`, body)
  }

  #note(where: string, fault: string, value: unknown): void {
    this.faults.push(`${where}: ${fault}\n  ${JSON.stringify(value)}`)
  }
}

function checkedWebSocket(check: ContractCheck) {
  return class CheckedWebSocket extends WebSocket {
    /** Which command each number stands for. */
    readonly #sent = new Map<unknown, string>()

    constructor(url: string, protocols?: string) {
      super(url, protocols)
      this.on('message', (data) => this.#receive(data))
    }

    override send(data: Parameters<WebSocket['send']>[0], ...rest: unknown[]): void {
      const { id, type } = fieldsOf(typeof data === 'string' ? parsed(data) : undefined)
      this.#sent.set(id, String(type))
      Reflect.apply(super.send, this, [data, ...rest])
    }

    #receive(data: RawData): void {
      // Text frames arrive as one Buffer; ws has its other forms for binaryType only.
      const frame = parsed((data as Buffer).toString())
      const { re } = fieldsOf(frame)
      if (re === undefined) check.frame(frame)
      else check.reply(this.#sent.get(re) ?? '', frame)
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
