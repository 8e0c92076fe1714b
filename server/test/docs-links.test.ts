/** Every link of our own pages leads somewhere. */
import { readFile, readdir, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { anchorOf } from '../src/http/docs-markdown.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folders = ['.', 'docs', 'docs/decisions', 'sdk']

async function pages(): Promise<string[]> {
  const found = folders.map(async (folder) => {
    const names = await readdir(join(root, folder))
    return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name))
  })
  return (await Promise.all(found)).flat()
}

/** The text without its code, where brackets are no links and a # is no heading. */
async function proseOf(path: string): Promise<string> {
  const text = await readFile(join(root, path), 'utf8')
  return text
    .replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ''))
}

async function anchorsOf(path: string): Promise<Set<string>> {
  const headings = (await proseOf(path)).matchAll(/^#+ (.+)$/gm)
  return new Set([...headings].map(([, words = '']) => anchorOf(words)))
}

test('every file that a page names in full is there', async () => {
  const named = /\b(?:server|sdk|web|bench|scripts|deploy|examples|docs)\/[\w./-]*\w\.\w+/g
  const missing: string[] = []
  for (const page of await pages()) {
    const text = (await readFile(join(root, page), 'utf8')).replaceAll(/https?:\S+/g, '')
    for (const [path] of text.matchAll(named)) {
      // docs/add-a-feature.md makes these on the way.
      if (path.includes('room-icon')) continue
      if ((await stat(join(root, path)).catch(() => null)) === null)
        missing.push(`${page}: ${path}`)
    }
  }
  expect(missing).toEqual([])
})

test('every link between the pages, and into them, leads somewhere', async () => {
  const dead: string[] = []
  let count = 0
  for (const page of await pages()) {
    for (const [, target = ''] of (await proseOf(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      count += 1
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : relative(root, join(root, dirname(page), path))
      const there = await stat(join(root, file)).catch(() => null)
      const found = anchor === undefined || (await anchorsOf(file)).has(anchor)
      if (there === null || !found) dead.push(`${page}: ${target}`)
    }
  }
  expect(count).toBeGreaterThan(80)
  expect(dead).toEqual([])
})
