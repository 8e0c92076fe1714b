// `npm run gen`: writes the documents and the client's types from the declarations.
// `npm run gen:check`: fails where a committed one is stale, or a document breaks a rule.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { apiDeclarations } from '../server/src/api.ts'
import { generatedFiles, leftoverFiles, staleFiles } from './gen-files.ts'
import { documentFaults } from './gen-lint.ts'

const files = await generatedFiles(apiDeclarations())
const stale = await staleFiles(files)
const leftovers = await leftoverFiles(files)

if (process.argv.includes('--check')) {
  const faults = [...stale, ...leftovers].map(
    (path) => `${path} is stale: run \`npm run gen\` and commit it`,
  )
  if (faults.length === 0) faults.push(...(await documentFaults()))
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
} else {
  for (const path of stale) {
    const file = fileURLToPath(new URL(`../${path}`, import.meta.url))
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, files.get(path) ?? '')
    console.log(`wrote ${path}`)
  }
  for (const path of leftovers) {
    await rm(new URL(`../${path}`, import.meta.url))
    console.log(`removed ${path}`)
  }
}
