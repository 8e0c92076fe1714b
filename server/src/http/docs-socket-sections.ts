// The sections of the socket's page: one for each command, event and shape.
import type { Json, JsonObject } from '../contract/components.ts'
import { errorCodes } from '../contract/error-codes.ts'
import { fieldsTable, typeOf } from './docs-socket-fields.ts'
import { markup, withCode } from './markup.ts'
import type { Markup } from './markup.ts'

/** A message of asyncapi.json. */
export interface Frame {
  /** Of its schema; its place on the page. */
  name: string
  title: string
  summary: string
  schema: JsonObject
  example: Json
}

export interface Command {
  frame: Frame
  reply: Frame
  codes: string[]
}

/** Which numbered rules are about a command or an event. */
export interface RuleLinks {
  of: (type: string) => string[]
  known: ReadonlyMap<string, string>
}

/** A command: its frame, what is answered, what it can be refused with. */
export function commandSection({ frame, reply, codes }: Command, links: RuleLinks): Markup {
  return markup`<section>
${headingOf(frame, links)}
${fieldsTable(frame.schema)}
${exampleOf('to the server', frame.example)}
<h4 id="${reply.name}">Answered with</h4>
${fieldsTable(reply.schema)}
${exampleOf('from the server', reply.example)}
<h4>Refused with</h4>
<ul class="codes">${codes.map((code) => markup`<li><code>${code}</code> ${reasonOf(code)}</li>\n`)}</ul>
</section>
`
}

/** A frame the server sends. */
export function eventSection(frame: Frame, links: RuleLinks): Markup {
  return markup`<section>
${headingOf(frame, links)}
${fieldsTable(frame.schema)}
${exampleOf('from the server', frame.example)}
</section>
`
}

/** A shape that frames have in common. */
export function shapeSection(name: string, schema: JsonObject): Markup {
  const description = typeof schema.description === 'string' ? schema.description : ''
  const body =
    schema.properties === undefined ? markup`<p>${typeOf(schema)}</p>` : fieldsTable(schema)
  return markup`<section>
<h3 id="${name}"><a href="#${name}">${name}</a></h3>
<p>${withCode(description)}</p>
${body}
</section>
`
}

function headingOf({ name, title, summary }: Frame, links: RuleLinks): Markup {
  return markup`<h3 id="${name}"><a href="#${name}"><code>${title}</code></a></h3>
<p>${withRules(summary, links.known)}</p>
${ruleLine(links.of(title))}`
}

function ruleLine(ids: string[]): Markup {
  if (ids.length === 0) return markup``
  const links = ids.map((id) => markup` ${ruleLink(id)}`)
  return markup`<p class="rules">${ids.length === 1 ? 'Rule' : 'Rules'}${links}</p>`
}

function ruleLink(id: string): Markup {
  return markup`<a href="/docs/protocol#${id.toLowerCase()}">${id}</a>`
}

/** "(S1)" in a sentence leads to the rule. */
function withRules(sentence: string, known: ReadonlyMap<string, string>): Markup {
  const parts = sentence.split(/\b([A-Z]\d+)\b/)
  return markup`${parts.map((part) => (known.has(part) ? ruleLink(part) : withCode(part)))}`
}

/** Long ones are folded. */
function exampleOf(direction: string, example: Json): Markup {
  const text = JSON.stringify(example, null, 2)
  const open = text.split('\n').length < 24 ? markup` open` : ''
  return markup`<details class="example"${open}><summary>Example, ${direction}</summary><pre tabindex="0"><code>${text}</code></pre></details>`
}

function reasonOf(code: string): string {
  const known = Object.entries(errorCodes).find(([name]) => name === code)
  return known === undefined ? '' : known[1].reason
}
