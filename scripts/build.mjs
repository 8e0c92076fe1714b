// Compiles what is stale: a project is built again only when one of its sources is newer
// than its last build, so that `npm start` costs nothing the second time. Projects can be named.
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleClient } from './bundler.mjs'
import { compile } from './compiler.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** @param {string} folder @returns {number} */
function newestChange(folder) {
  const entries = readdirSync(folder, { recursive: true })
  return Math.max(...entries.map((entry) => statSync(join(folder, String(entry))).mtimeMs))
}

/** @param {string} path @returns {number} */
const changeOf = (path) => statSync(join(root, path)).mtimeMs

/** @param {string} project */
function compileProject(project) {
  rmSync(join(root, project, 'dist'), { recursive: true, force: true })
  compile('-p', join(root, project, 'tsconfig.json'))
}

/** @param {string} project */
const compiled = (project) => ({
  changed: () =>
    Math.max(
      newestChange(join(root, project, 'src')),
      changeOf(`${project}/tsconfig.json`),
      changeOf('tsconfig.base.json'),
    ),
  build: () => compileProject(project),
})

const projects = {
  sdk: compiled('sdk'),
  server: compiled('server'),
  web: {
    // It is bundled with the sources of the SDK.
    changed: () =>
      Math.max(
        ...['web/src', 'web/public', 'sdk/src'].map((folder) => newestChange(join(root, folder))),
        ...['web/index.html', 'web/vite.config.ts', 'web/package.json'].map(changeOf),
      ),
    build: bundleClient,
  },
}

/** @param {keyof typeof projects} project */
async function buildIfStale(project) {
  const { changed, build } = projects[project]
  const stamp = join(root, project, 'dist', '.built')
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= changed()) return
  await build()
  writeFileSync(stamp, '')
}

const named = process.argv.slice(2)
for (const project of named.length > 0 ? named : Object.keys(projects)) await buildIfStale(project)
