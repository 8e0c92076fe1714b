// Whether the written documents are good: redocly.yaml's rules on both, AsyncAPI's own besides.
import { Parser } from '@asyncapi/parser'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

/** What is wrong with openapi.json and asyncapi.json, in sentences; nothing where they are good. */
export async function documentFaults(): Promise<string[]> {
  return (await Promise.all([redoclyFaults(), asyncApiFaults()])).flat()
}

async function redoclyFaults(): Promise<string[]> {
  const program = 'node_modules/@redocly/cli/bin/cli.js'
  const files = ['openapi.json', 'asyncapi.json']
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  try {
    const args = [program, 'lint', ...files, '--config', 'redocly.yaml', '--format', 'stylish']
    await run(process.execPath, args, { cwd: root, env })
    return []
  } catch (error) {
    // A failed run carries what it printed.
    const { stdout = '' } = error as { stdout?: string }
    return [stdout.trim() || `unable to lint the documents; ${String(error)}`]
  }
}

async function asyncApiFaults(): Promise<string[]> {
  const source = await readFile(`${root}/asyncapi.json`, 'utf8')
  const { diagnostics } = await new Parser().parse(source)
  return diagnostics
    .filter(({ code }) => code !== 'asyncapi-latest-version') // 3.0 is what most tools read
    .map(({ path, message }) => `asyncapi.json, ${path.join('.')}: ${message}`)
}
