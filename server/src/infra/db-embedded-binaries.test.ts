import { lstat, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/servers/embedded.ts'
import { findBinaries, linkLibraries } from './db-embedded-binaries.ts'

async function packageWith(links: { source: string; target: string }[]): Promise<string> {
  const root = await tempFolder()
  await mkdir(join(root, 'native', 'lib'), { recursive: true })
  await writeFile(join(root, 'native', 'lib', 'libx.so.1.2'), 'the library')
  await writeFile(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links))
  return root
}

const source = 'native/lib/libx.so.1.2'

test('links that the package could not carry are made, also by two starts at once', async () => {
  const root = await packageWith([
    { source, target: 'native/lib/libx.so.1' },
    { source, target: 'native/lib/libx.so' },
  ])
  await symlink('libx.so.1.2', join(root, 'native', 'lib', 'libx.so'))
  const dataDir = await tempFolder()
  const all = await Promise.all([linkLibraries(root, dataDir), linkLibraries(root, dataDir)])
  expect(all).toEqual([null, null])
  expect(await linkLibraries(root, dataDir)).toBeNull()
  expect(await readFile(join(root, 'native', 'lib', 'libx.so.1'), 'utf8')).toBe('the library')
})

test.runIf(process.platform === 'linux')(
  'where the package cannot be written to, they are made in the data folder',
  async () => {
    // Nobody may make a file in /sys, root neither.
    const root = await packageWith([{ source, target: '../../../../../sys/libx.so.1' }])
    const dataDir = await tempFolder()
    const libraryPath = await linkLibraries(root, dataDir)
    expect(libraryPath).toBe(`${join(dataDir, 'postgres-lib')}:${join(root, 'native', 'lib')}`)
    expect(await readFile(join(dataDir, 'postgres-lib', 'libx.so.1'), 'utf8')).toBe('the library')
    expect(await linkLibraries(root, dataDir)).toBe(libraryPath)
    expect(await readdir(join(dataDir, 'postgres-lib'))).toEqual(['libx.so.1'])
  },
)

test('after a look every link of the installed package is there', async () => {
  const { postgres } = await findBinaries(undefined, await tempFolder())
  const native = join(postgres, '..', '..')
  const listed = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    target: string
  }[]
  expect(listed.length).toBeGreaterThan(0)
  for (const { target } of listed) {
    expect((await lstat(join(native, '..', target))).isSymbolicLink()).toBe(true)
  }
})
