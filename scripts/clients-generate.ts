// Clients from openapi.json by other people's generators, as docs/clients.md describes them.
import { createClient } from '@hey-api/openapi-ts'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputData, JSONSchemaInput, quicktype } from 'quicktype-core'

const document = new URL('../openapi.json', import.meta.url)

/** A function for each operation, in the folder `parley` of `folder`. */
export async function generateTypescript(folder: string): Promise<void> {
  await createClient({
    input: JSON.parse(await readFile(document, 'utf8')),
    output: { path: join(folder, 'parley'), importFileExtension: '.js' },
    plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
    logs: { level: 'silent', file: false },
  })
}

/** A class for each schema, in `parley_types.py` of `folder`. */
export async function generatePython(folder: string): Promise<void> {
  const { components } = JSON.parse(await readFile(document, 'utf8'))
  const schemas = new JSONSchemaInput(undefined)
  // An address that ends with a slash means: all that is there.
  const uris = ['#/components/schemas/']
  await schemas.addSource({ name: 'parley', uris, schema: JSON.stringify({ components }) })
  const inputData = new InputData()
  inputData.addInput(schemas)
  const { lines } = await quicktype({
    inputData,
    lang: 'python',
    combineClasses: false, // what only looks alike keeps its own name
    inferDateTimes: false, // they would need a package beside Python's own
    inferUuids: false,
    rendererOptions: { 'python-version': '3.7' },
  })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'parley_types.py'), lines.join('\n'))
}
