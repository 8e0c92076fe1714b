/**
 * The server compiled as `npm run build` does it, once for each state of the sources, for tests that start many processes:
 * each starts three times faster than through tsx. Types are checked elsewhere.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cache = join(root, 'node_modules', '.cache', 'parley-built')
const run = promisify(execFile)

/** The path of a compiled file of server/src, like `cli/parley.js`. */
export async function builtFile(path: string): Promise<string> {
  const home = join(cache, await stateOfSources())
  const there = await stat(home).catch(() => null)
  if (there === null) await buildInto(home)
  return join(home, 'server', 'dist', path)
}

async function stateOfSources(): Promise<string> {
  const folder = join(root, 'server', 'src')
  const hash = createHash('sha256')
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const { mtimeMs, size } = await stat(join(folder, name))
    hash.update(`${name} ${mtimeMs} ${size}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}

/** Beside first, then renamed: test files of one run may get here at the same time. */
async function buildInto(home: string): Promise<void> {
  await forgetOld()
  const draft = `${home}.${process.pid}`
  const server = join(draft, 'server')
  await mkdir(server, { recursive: true })
  const compiler = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc')
  const target = ['--outDir', join(server, 'dist'), '--noCheck', '--sourceMap', 'false']
  await run(process.execPath, [compiler, '-p', join(root, 'server'), ...target])
  for (const name of ['bin', 'migrations', 'documentation', 'package.json']) {
    await symlink(join(root, 'server', name), join(server, name))
  }
  for (const name of ['web', 'docs']) await symlink(join(root, name), join(draft, name))
  await rename(draft, home).catch(() => rm(draft, { recursive: true }))
}

async function forgetOld(): Promise<void> {
  const hourAgo = Date.now() - 3_600_000
  for (const name of await readdir(cache).catch(() => [])) {
    const { mtimeMs } = await stat(join(cache, name))
    if (mtimeMs < hourAgo) await rm(join(cache, name), { recursive: true, force: true })
  }
}
