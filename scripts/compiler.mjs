// Runs TypeScript 7 on one project. By path, because typescript 6, which the document
// tools need for its JavaScript API, owns node_modules/.bin/tsc.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const compiler = fileURLToPath(
  new URL('../node_modules/@typescript/native/bin/tsc', import.meta.url),
)

/** @param {string[]} args */
export function compile(...args) {
  const { status } = spawnSync(process.execPath, [compiler, ...args], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
