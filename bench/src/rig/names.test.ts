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
    const names = makeNames(5, fileOf('Ada\n\nBen|away\n'))
    expect(names.map(({ displayName }) => displayName)).toEqual([
      'Ada',
      'Ben|away',
      'Ada',
      'Ben|away',
      'Ada',
    ])
    expect(new Set(names.map(({ username }) => username)).size).toBe(5)
  })

  it('of an empty file are refused', () => {
    expect(() => makeNames(1, fileOf('\n\n'))).toThrow('no name')
  })
})
