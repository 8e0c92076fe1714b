import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeNames } from './names.ts'

describe('names for a search', () => {
  let folder: string
  const fileOf = (text: string): string => {
    const file = join(folder, 'names.txt')
    writeFileSync(file, text)
    return file
  }
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'parley-names-'))))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('made up are no two the same username', () => {
    const names = makeNames(20_000)
    expect(new Set(names.map(({ username }) => username)).size).toBe(20_000)
  })

  it('of a file are shown as they stand there, and used again where there are too few', () => {
    const names = makeNames(20, fileOf('Ada\n\nBen|away\n'))
    const shown = names.map(({ displayName }) => displayName)
    expect(shown.filter((name) => name === 'Ada').length).toBeGreaterThan(2)
    expect(shown.filter((name) => name === 'Ben|away').length).toBeGreaterThan(2)
    expect(new Set(names.map(({ username }) => username)).size).toBe(20)
  })

  it('are of every script', () => {
    const all = makeNames(100).map(({ displayName }) => displayName)
    for (const script of [/^\p{sc=Han}{3}$/u, /^\p{sc=Hangul}{3}$/u, /^\p{sc=Cyrillic}+ \p{L}/u])
      expect(all.some((name) => script.test(name))).toBe(true)
  })

  it('of an empty file are refused', () => {
    expect(() => makeNames(1, fileOf('\n\n'))).toThrow('no name')
  })
})
