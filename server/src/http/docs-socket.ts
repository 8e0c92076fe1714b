// The socket's contract as a page to be read, made of asyncapi.json.
import { isObject } from '../contract/components.ts'
import type { Json, JsonObject } from '../contract/components.ts'
import { anchorOf, headingsIn, markdown } from './docs-markdown.ts'
import { linksTo, readingPage } from './docs-page.ts'
import { commandSection, eventSection, shapeSection } from './docs-socket-sections.ts'
import type { Command, Frame, RuleLinks } from './docs-socket-sections.ts'
import { markup } from './markup.ts'
import type { Markup } from './markup.ts'

/** What this page reads of the document, which asyncapi.ts writes. */
interface SocketDocument {
  introduction: string
  commands: Command[]
  /** Frames the server sends unasked, by what is in common to them. */
  events: { title: string; frames: Frame[] }[]
  refusal: Frame
  shapes: [name: string, schema: JsonObject][]
}

/** The page at /docs/socket. `rules` are those of docs/protocol.md: their words by their ids. */
export function socketPage(asyncapi: JsonObject, rules: ReadonlyMap<string, string>): string {
  const document = readDocument(asyncapi)
  const { introduction, commands, events, refusal, shapes } = document
  const links: RuleLinks = { of: (type) => rulesNaming(type, rules), known: rules }
  const body = markup`<h1>The socket</h1>
<p class="lead">Written from <a href="/asyncapi.json">asyncapi.json</a>, the description that programs read, so it says what this server does. How it all fits together, frame by frame, is told in <a href="/docs/protocol">the protocol</a>.</p>
${markdown(introduction, (href) => href)}
<h2 id="commands-in-full"><a href="#commands-in-full">Every command</a></h2>
${commands.map((command) => commandSection(command, links))}
<h2 id="refusals"><a href="#refusals">Refusals</a></h2>
${eventSection(refusal, links)}
${events.map(
  ({
    title,
    frames,
  }) => markup`<h2 id="${anchorOf(title)}"><a href="#${anchorOf(title)}">${title}</a></h2>
${frames.map((frame) => eventSection(frame, links))}`,
)}
<h2 id="shapes"><a href="#shapes">Shapes</a></h2>
${shapes.map(([name, schema]) => shapeSection(name, schema))}`
  return readingPage({ title: 'Socket', contents: contentsOf(document), body })
}

function contentsOf({ introduction, commands, events, shapes }: SocketDocument): Markup {
  return markup`${linksTo(headingsIn(introduction).map((words) => [anchorOf(words), words]))}
<p>Every command</p>${linksTo(commands.map(({ frame }) => [frame.name, frame.title]))}
${events.map(
  ({ title, frames }) =>
    markup`<p>${title}</p>${linksTo(frames.map((frame) => [frame.name, frame.title]))}`,
)}
<p>Shapes</p>${linksTo(shapes.map(([name]) => [name, name]))}`
}

/** A rule belongs to a command or an event where it names it. */
function rulesNaming(type: string, rules: ReadonlyMap<string, string>): string[] {
  const names = [`\`${type}\``, `"type":"${type}"`]
  const naming = [...rules].filter(([, words]) => names.some((name) => words.includes(name)))
  return naming.map(([id]) => id)
}

function readDocument(asyncapi: JsonObject): SocketDocument {
  const operations = Object.values(objectAt(asyncapi, 'operations')).filter(isObject)
  const schemas = objectAt(asyncapi, 'components', 'schemas')
  const messages = objectAt(asyncapi, 'components', 'messages')
  const frameOf = (name: string): Frame => {
    const { title, summary, examples } = objectAt(messages, name)
    const [example] = Array.isArray(examples) ? examples : []
    return {
      name,
      title: text(title),
      summary: text(summary),
      schema: objectAt(schemas, name),
      example: isObject(example) ? (example.payload ?? null) : null,
    }
  }
  const commands = operations.filter(({ action }) => action === 'receive')
  const events = operations.filter(({ action }) => action === 'send')
  return {
    introduction: text(objectAt(asyncapi, 'info').description),
    commands: commands.map((operation) => commandOf(operation, frameOf)),
    events: events.map((operation) => ({
      title: text(operation.title),
      frames: namesIn(operation.messages).map(frameOf),
    })),
    refusal: frameOf('ErrorReply'),
    shapes: Object.entries(schemas).filter(isShape(messages)),
  }
}

function commandOf(operation: JsonObject, frameOf: (name: string) => Frame): Command {
  const [name = ''] = namesIn(operation.messages)
  const [reply = ''] = namesIn(isObject(operation.reply) ? operation.reply.messages : [])
  const codes = operation['x-error-codes']
  return {
    frame: frameOf(name),
    reply: frameOf(reply),
    codes: Array.isArray(codes) ? codes.map(text) : [],
  }
}

/** Schemas that are no frame themselves. */
function isShape(messages: JsonObject) {
  return (entry: [string, Json]): entry is [string, JsonObject] =>
    isObject(entry[1]) && !(entry[0] in messages)
}

/** The last words of references. */
function namesIn(references: Json | undefined): string[] {
  if (!Array.isArray(references)) return []
  return references.filter(isObject).map(({ $ref }) => text($ref).split('/').at(-1) ?? '')
}

function objectAt(value: JsonObject, ...path: string[]): JsonObject {
  let inner: Json | undefined = value
  for (const key of path) inner = isObject(inner) ? inner[key] : undefined
  return isObject(inner) ? inner : {}
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
