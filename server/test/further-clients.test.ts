/** Clients of the committed openapi.json, made by other people's generators, and the programs of docs/clients.md. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { converseInPython, converseInTypescript } from '../../scripts/clients-converse.ts'
import { generatePython, generateTypescript } from '../../scripts/clients-generate.ts'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'

let started: Started
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-clients-'))
  // First: the generators keep the process, and so a server in it, from doing anything else.
  await generateTypescript(folder)
  await generatePython(folder)
  started = await startApp()
}, 60_000)
afterAll(async () => {
  await started.close()
  await rm(folder, { recursive: true })
})

test("Hey API's client compiles, registers, makes a room, sends once, reads and is refused", async () => {
  const said = await converseInTypescript(folder, started.url)
  expect(said).toMatch(/^true true\nhey-\w+: Who is coming\?\nclient_id_conflict\n$/)
}, 60_000)

test("quicktype's Python classes do the same with Python's own library", async (context) => {
  const said = await converseInPython(folder, started.url)
  if (said === null) context.skip()
  expect(said).toMatch(/^True True\r?\npython-\w+: Who is coming\?\r?\nclient_id_conflict\r?\n$/)
}, 60_000)
