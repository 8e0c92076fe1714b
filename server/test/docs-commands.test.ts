/** What the front page says to type, typed. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startApp } from './start-app.ts'

const run = promisify(execFile)
const readme = fileURLToPath(new URL('../../README.md', import.meta.url))

/** --json came with 7.82. */
async function hasCurl(): Promise<boolean> {
  const { stdout } = await run('curl', ['--version']).catch(() => ({ stdout: '' }))
  const [, major = 0, minor = 0] = (/^curl (\d+)\.(\d+)/.exec(stdout) ?? []).map(Number)
  return major > 7 || (major === 7 && minor >= 82)
}

test("the README's first conversation: two register, a message and its retry are one", async (context) => {
  if (!(await hasCurl())) {
    process.stderr.write('\n*** Tests: NO curl 7.82 OR LATER: a test is SKIPPED. ***\n')
    context.skip()
  }
  const text = await readFile(readme, 'utf8')
  const [, script = ''] = /## A first conversation[\s\S]*?```sh\n([\s\S]*?)```/.exec(text) ?? []
  expect(script).toContain('http://localhost:3000')
  const started = await startApp()
  const typed = `set -e\n${script.replaceAll('http://localhost:3000', started.url)}`
  const { stdout } = await run('bash', ['-c', typed])
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(answers).toMatchObject([
    { seq: 3, text: 'hello Ben', repeated: false },
    { seq: 3, text: 'hello Ben', repeated: true },
    { items: [{ seq: 3, text: 'hello Ben' }], lastSeq: 3 },
  ])
  await started.close()
}, 60_000)
