// What `npm run gen` writes: path → content, made without a server or a database.
import { readFile, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderEnvExample, renderSettings } from '../server/src/config-documents.ts'
import { asyncApiDocument } from '../server/src/contract/asyncapi.ts'
import { openApiDocument } from '../server/src/contract/openapi.ts'
import type { Declarations } from '../server/src/contract/openapi.ts'
import { renderChecksums } from '../server/src/infra/migration-files.ts'
import { brunoFiles } from './gen-bruno.ts'
import { apiTypes, frameTypes, schemaTypes } from './gen-client.ts'

const root = new URL('..', import.meta.url)

/** Every generated file as it should be, by its path in the repository. */
export async function generatedFiles(declarations: Declarations): Promise<Map<string, string>> {
  const openapi = openApiDocument(declarations)
  return new Map([
    ['openapi.json', json(openapi)],
    ['asyncapi.json', json(asyncApiDocument(declarations))],
    ['server/migrations/checksums.json', await renderChecksums()],
    ['.env.example', renderEnvExample()],
    ['docs/operations.md', renderSettings((await committed('docs/operations.md')) ?? '')],
    ['sdk/src/generated/api.ts', await apiTypes(openapi)],
    ['sdk/src/generated/schemas.ts', schemaTypes(openapi.components.schemas)],
    ['sdk/src/generated/frames.ts', frameTypes(declarations)],
    ...brunoFiles(openapi),
  ])
}

/** Files of a folder that is generated as a whole, which nothing generates any longer. */
export async function leftoverFiles(files: ReadonlyMap<string, string>): Promise<string[]> {
  const folder = 'docs/bruno'
  const entries = await readdir(new URL(folder, root), { recursive: true, withFileTypes: true })
  const there = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(fileURLToPath(root), join(parentPath, name)))
  return there.filter((path) => !files.has(path))
}

/** The files that are not as they should be. */
export async function staleFiles(files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale: string[] = []
  for (const [path, content] of files) {
    if ((await committed(path)) !== content) stale.push(path)
  }
  return stale
}

/** A file of the repository; undefined where it is missing. */
async function committed(path: string): Promise<string | undefined> {
  return readFile(new URL(path, root), 'utf8').catch(() => undefined)
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`
}
