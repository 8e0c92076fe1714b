import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startS3Server } from '../../test/servers/s3.ts'
import { blobContract } from './blobs.contract.ts'
import { S3BlobStore } from './blobs-s3.ts'

type S3Server = Awaited<ReturnType<typeof startS3Server>>

blobContract('a bucket', async () => {
  const { options, close } = await startS3Server()
  return { store: new S3BlobStore(options), close }
})

let server: S3Server
beforeAll(async () => {
  server = await startS3Server()
})
afterAll(() => server.close())

it('keeps of each file which type it is', async () => {
  const { options } = server
  const { S3mini } = await import('s3mini')
  await new S3BlobStore(options).put('pictures/a.webp', Buffer.from('x'), 'image/webp')
  const response = await new S3mini(options).getObjectResponse('pictures/a.webp')
  expect(response?.headers.get('content-type')).toBe('image/webp')
})

it('tells whether its bucket can be opened', async () => {
  const { options } = server
  expect(await new S3BlobStore(options).isOpen()).toBe(true)
  const other = options.endpoint.replace('/parley', '/nobody')
  expect(await new S3BlobStore({ ...options, endpoint: other }).isOpen()).toBe(false)
  expect(await new S3BlobStore({ ...options, accessKeyId: 'NOBODY' }).isOpen()).toBe(false)
})

it('is asked again a second after it failed, and nobody waits for it meanwhile', async () => {
  const { close, options, port } = await startS3Server()
  const store = new S3BlobStore(options)
  const key = 'pictures/a.webp'
  await store.put(key, Buffer.from('x'), 'image/webp')
  await close()
  const failures = await Promise.allSettled([store.get(key)])
  failures.push(...(await Promise.allSettled([store.get(key), store.get(key)])))
  expect(failures).toMatchObject([
    { reason: { code: 'unavailable', cause: expect.any(Error) } },
    { reason: { code: 'unavailable', cause: undefined } },
    { reason: { code: 'unavailable', cause: undefined } },
  ])
  const again = await startS3Server(port)
  await vi.waitFor(async () => expect(await store.get(key)).toBeUndefined(), 5000)
  await again.close()
})

it('says that it is unavailable where nobody answers, or the keys are wrong', async () => {
  const { options } = server
  const key = 'pictures/a.webp'
  for (const wrong of [{ endpoint: 'http://127.0.0.1:9/parley' }, { accessKeyId: 'NOBODY' }]) {
    const store = new S3BlobStore({ ...options, ...wrong })
    const refused = { code: 'unavailable' }
    await expect(store.put(key, Buffer.from('x'), 'image/webp')).rejects.toMatchObject(refused)
    await expect(store.get(key)).rejects.toMatchObject(refused)
    await expect(store.delete(key)).rejects.toMatchObject(refused)
  }
})
