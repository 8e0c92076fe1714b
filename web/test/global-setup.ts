/** Bundles the web client, where its sources changed, before any test asks a server for it. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

export async function setup(): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, ['scripts/build.mjs', 'web'], { cwd: root })
  } catch (error) {
    // Tests of the server need no client; those of the client find the old one, or none.
    console.error(`\n*** Tests: the web client could not be built. ***\n${String(error)}`)
  }
}
