import { readFile } from 'node:fs/promises'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { asyncApiDocument } from '../contract/asyncapi.ts'
import { command, durableEvent } from '../contract/frames.ts'
import { Id, Nullable, Seq, StringEnum, Struct, named, ref } from '../contract/schema.ts'
import { protocolPage, rulesIn } from './docs-protocol.ts'
import { socketPage } from './docs-socket.ts'

const Note = named(
  'Note',
  Struct({
    text: Type.String({ maxLength: 80, description: 'Less than <b>a page</b>, in `plain` words.' }),
    mood: StringEnum(['calm', 'wild']),
    place: Struct({ x: Type.Integer(), y: Type.Optional(Type.Integer()) }),
  }),
)
const send = command(
  'note.send',
  {
    id: 'sendNote',
    description: 'Sends a note (S3).',
    input: { room: Id, replyTo: Nullable(Seq) },
    reply: ref(Note),
    errors: ['room_not_found'],
  },
  async () => ({ text: '', mood: 'calm' as const, place: { x: 0 } }),
)
const created = durableEvent('note.created', 'A note was sent.', ref(Note))
const asyncapi = asyncApiDocument({ frames: [created], commands: [send], version: '1.2.3' })
const rules = rulesIn('- **S3** A command such as `note.send`.\n- **S4** Frames.\n')
const page = socketPage(asyncapi, rules)

/** What a reader sees from this heading to the next of its kind. */
function section(name: string): string {
  const found = page.split('<section>').find((part) => part.includes(`<h3 id="${name}"`)) ?? ''
  return found.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
}

test('a command has its fields, its answer, what it is refused with, and an example', () => {
  const text = section('NoteSendCommand')
  expect(text).toContain('note.send')
  expect(text).toContain('room string, uuid A UUID, in lower case.')
  expect(text).toContain('replyTo integer, at least 0 or null')
  expect(text).toContain('Answered with')
  expect(text).toContain('data Note')
  expect(text).toContain('room_not_found there is no such room')
  expect(text).toContain('&quot;type&quot;: &quot;note.send&quot;')
})

test('an event has its fields; a shape those of the objects within it, optional ones marked', () => {
  expect(section('NoteCreatedEvent')).toContain('seq integer, at least 0')
  expect(section('Note')).toContain('place.y optional integer')
  expect(section('Note')).toContain('&quot;calm&quot; or &quot;wild&quot;')
})

test('a rule is linked where a description names it, and where it names the command', () => {
  expect(page).toContain('Sends a note (<a href="/docs/protocol#s3">S3</a>)')
  expect(page).toContain('<p class="rules">Rule <a href="/docs/protocol#s3">S3</a></p>')
})

test('words of a description are words, not HTML; those in backticks are code', () => {
  expect(page).toContain('Less than &lt;b&gt;a page&lt;/b&gt;, in <code>plain</code> words.')
})

test('every link into the pages leads somewhere', async () => {
  const text = await readFile(new URL('../../../docs/protocol.md', import.meta.url), 'utf8')
  const protocol = protocolPage(text)
  for (const html of [page, protocol]) {
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    expect(targets.filter((id) => !ids.has(id))).toEqual([])
  }
  const rules = [...rulesIn(text).keys()]
  expect(rules.length).toBeGreaterThan(35)
  expect(rules.filter((id) => !protocol.includes(`<li id="${id.toLowerCase()}">`))).toEqual([])
})
