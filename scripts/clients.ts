// `npm run clients [-- URL] [--into FOLDER]`: makes clients of openapi.json with other people's
// generators, checks them and lets them talk on a running server, or on one of its own.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { converseInPython, converseInTypescript } from './clients-converse.ts'
import { generatePython, generateTypescript } from './clients-generate.ts'
import { startServer } from './demo-server.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { into: { type: 'string' } },
})

async function main(): Promise<void> {
  const kept = values.into === undefined ? undefined : resolve(values.into)
  if (kept !== undefined) await mkdir(kept, { recursive: true })
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'parley-clients-')))
  try {
    await generateTypescript(folder)
    await generatePython(folder)
    await talkOnServer(folder, positionals[0])
  } finally {
    if (kept === undefined) await rm(folder, { recursive: true })
  }
  if (kept !== undefined) console.log(`\nThe generated code is in ${kept}.`)
}

/** On the server at this address, or on one of its own. */
async function talkOnServer(folder: string, url: string | undefined): Promise<void> {
  if (url !== undefined) return talk(folder, url)
  const server = await startServer()
  try {
    await talk(folder, server.url)
  } finally {
    await server.stop()
  }
}

async function talk(folder: string, url: string): Promise<void> {
  console.log(`TypeScript, by Hey API, on ${url}:\n${await converseInTypescript(folder, url)}`)
  const said = await converseInPython(folder, url)
  if (said !== null) console.log(`Python, on ${url}:\n${said}`)
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
