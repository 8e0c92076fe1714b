import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BlobStore } from './blobs.ts'

interface Opened {
  store: BlobStore
  close: () => Promise<void>
}

const newKey = () => `pictures/${randomUUID().slice(0, 2)}/${randomUUID()}.webp`

/** What every store of files must do. */
export function blobContract(name: string, open: () => Promise<Opened>): void {
  describe(`${name} as a store of files`, () => {
    let opened: Opened
    let store: BlobStore
    beforeAll(async () => {
      opened = await open()
      store = opened.store
    })
    afterAll(() => opened.close())

    it('gives back every byte, and nothing of another key', async () => {
      const [one, other, missing] = [newKey(), newKey(), newKey()]
      const content = Buffer.concat([Buffer.from([0, 13, 10, 255]), randomBytes(300_000)])
      await store.put(one, content, 'image/webp')
      await store.put(other, Buffer.from('other'), 'image/webp')
      expect((await store.get(one))?.equals(content)).toBe(true)
      expect(String(await store.get(other))).toBe('other')
      expect(await store.get(missing)).toBeUndefined()
    })

    it('keeps a view of a larger buffer as that view', async () => {
      const key = newKey()
      await store.put(key, Buffer.from('before:inside:after').subarray(7, 13), 'image/webp')
      expect(String(await store.get(key))).toBe('inside')
    })

    it('replaces what was there, also when many write at once', async () => {
      const key = newKey()
      const contents = Array.from({ length: 8 }, (_, n) => Buffer.alloc(50_000, n))
      await Promise.all(contents.map((content) => store.put(key, content, 'image/webp')))
      const kept = await store.get(key)
      expect(contents.filter((content) => kept?.equals(content))).toHaveLength(1)
      await store.put(key, Buffer.from('last'), 'image/webp')
      expect(String(await store.get(key))).toBe('last')
    })

    it('removes one, and takes what is not there as removed', async () => {
      const [gone, stays] = [newKey(), newKey()]
      await store.put(gone, Buffer.from('gone'), 'image/webp')
      await store.put(stays, Buffer.from('stays'), 'image/webp')
      await store.delete(gone)
      await store.delete(gone)
      await store.delete(newKey())
      expect(await store.get(gone)).toBeUndefined()
      expect(String(await store.get(stays))).toBe('stays')
    })

    it.each(['../out.webp', 'a/../../out.webp', '/etc/passwd', 'a//b.webp', 'a\0.webp', '', 'a'])(
      'knows no key like %j',
      async (key) => {
        await expect(store.get(key)).rejects.toThrow('no key of ours')
        await expect(store.put(key, Buffer.from('x'), 'image/webp')).rejects.toThrow('no key')
        await expect(store.delete(key)).rejects.toThrow('no key of ours')
      },
    )
  })
}
