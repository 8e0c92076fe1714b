// Compiles what is stale: a project is built again only when one of its sources is newer
// than its last build, so that `npm start` costs nothing the second time. Projects can be named.
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from './compiler.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** @param {string} folder @returns {number} */
function newestChange(folder) {
  const entries = readdirSync(folder, { recursive: true })
  return Math.max(...entries.map((entry) => statSync(join(folder, String(entry))).mtimeMs))
}

/** @param {string} project */
function buildIfStale(project) {
  const folder = join(root, project)
  const stamp = join(folder, 'dist', '.built')
  const changed = Math.max(
    newestChange(join(folder, 'src')),
    statSync(join(folder, 'tsconfig.json')).mtimeMs,
    statSync(join(root, 'tsconfig.base.json')).mtimeMs,
  )
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= changed) return
  rmSync(join(folder, 'dist'), { recursive: true, force: true })
  compile('-p', join(folder, 'tsconfig.json'))
  writeFileSync(stamp, '')
}

const named = process.argv.slice(2)
for (const project of named.length > 0 ? named : ['sdk', 'server']) buildIfStale(project)
