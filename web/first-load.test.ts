import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'

interface Chunk {
  file: string
  imports?: string[]
  css?: string[]
  isEntry?: boolean
}

const root = fileURLToPath(new URL('..', import.meta.url))
const built = (file: string): Buffer => readFileSync(`${root}/web/dist/${file}`)
const sizeOf = (file: string): number => gzipSync(built(file), { level: 9 }).length

beforeAll(() => {
  execFileSync(process.execPath, ['scripts/build.mjs', 'web'], { cwd: root })
})

/** Every file these chunks need. */
function filesOf(names: readonly string[]): string[] {
  // Written by vite.
  const chunks = JSON.parse(String(built('.vite/manifest.json'))) as Record<string, Chunk>
  const files = new Set<string>()
  const add = (name: string): void => {
    const chunk = chunks[name]
    if (!chunk) throw new Error(`unable to measure ${name}; it is not in the manifest`)
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file)
    chunk.imports?.forEach(add)
  }
  names.forEach(add)
  return [...files]
}

test('the first load, signed in or not, is less than 60 KB on the wire', () => {
  const always = ['index.html', 'icon.svg']
  const entry = filesOf(['index.html', 'src/sign-in/sign-in-page.tsx'])
  const bytes = [...always, ...entry].reduce((sum, file) => sum + sizeOf(file), 0)
  expect(bytes).toBeGreaterThan(20_000) // it measures something
  expect(bytes).toBeLessThan(60_000)
})

test('the page asks nothing of the strict policy of the server', () => {
  const html = String(built('index.html'))
  expect(html).toMatch(/<script type="module"[^>]* src="\/assets\/[^"]+\.js"/)
  expect(html).not.toMatch(/<script>|<style|\sstyle=|\son\w+=|(?:src|href)="https?:/)
})
