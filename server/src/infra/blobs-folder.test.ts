import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { blobContract } from './blobs.contract.ts'
import { FolderBlobStore } from './blobs-folder.ts'

const newFolder = () => mkdtemp(join(tmpdir(), 'parley-files-'))

blobContract('a folder', async () => {
  const folder = await newFolder()
  return {
    store: new FolderBlobStore({ folder: join(folder, 'files') }),
    close: () => rm(folder, { recursive: true }),
  }
})

let folder: string
beforeAll(async () => {
  folder = await newFolder()
})
afterAll(() => rm(folder, { recursive: true }))

it('writes what only its own user can read', async () => {
  const store = new FolderBlobStore({ folder: join(folder, 'files') })
  await store.put('pictures/a.webp', Buffer.from('x'))
  expect((await stat(join(folder, 'files'))).mode & 0o777).toBe(0o700)
  expect((await stat(join(folder, 'files/pictures/a.webp'))).mode & 0o777).toBe(0o600)
})

it('removes with a file what a stopped process left half written of it, and nothing else', async () => {
  const store = new FolderBlobStore({ folder })
  await store.put('half/a.webp', Buffer.from('x'))
  await writeFile(join(folder, 'half/a.webp.0123456789ab.part'), 'half')
  await writeFile(join(folder, 'half/aa.webp.0123456789ab.part'), 'half of another')
  await store.delete('half/a.webp')
  expect(await readdir(join(folder, 'half'))).toEqual(['aa.webp.0123456789ab.part'])
})

it('says that it cannot be reached', async () => {
  const store = new FolderBlobStore({ folder })
  await writeFile(join(folder, 'blocked'), 'a file where a folder is wanted')
  const refused = { code: 'unavailable' }
  await expect(store.put('blocked/a.webp', Buffer.from('x'))).rejects.toMatchObject(refused)
  await expect(store.get('blocked/a.webp')).rejects.toMatchObject(refused)
  await expect(store.delete('blocked/a.webp')).rejects.toMatchObject(refused)
})
