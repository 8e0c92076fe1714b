/** Pictures in a bucket that two nodes share: seen by everyone, also while it is away. */
import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startS3Server } from './servers/s3.ts'
import { startApp } from './start-app.ts'
import type { Person, Started } from './start-app.ts'

let bucket: Awaited<ReturnType<typeof startS3Server>>
let first: Started
let second: Started
let ada: Person
let ben: Person

beforeAll(async () => {
  bucket = await startS3Server()
  const { endpoint, region, accessKeyId, secretAccessKey } = bucket.options
  const env = {
    S3_ENDPOINT: endpoint,
    S3_REGION: region,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
  }
  first = await startApp({ env })
  second = await startApp({ env, databaseUrl: first.databaseUrl })
  ada = await first.person('ada')
  ben = await second.person('ben')
})
afterAll(async () => {
  await second.close()
  await first.close()
  await bucket.close()
})

const picture = async (background: string) =>
  new Blob([
    await sharp({ create: { width: 300, height: 200, channels: 3, background } })
      .png()
      .toBuffer(),
  ])

function bodySerializer({ file }: { file: Blob }): FormData {
  const form = new FormData()
  form.set('file', file)
  return form
}

async function choose(person: Person, colour: string): Promise<string> {
  const body = { file: await picture(colour) }
  const { data } = await person.http.PUT('/v1/users/me/avatar', { body, bodySerializer })
  return data.avatarUrl
}

const open = (node: Started, address: string) =>
  fetch(new URL(address, node.url), { redirect: 'manual' })

describe('a picture', () => {
  it('is at every node, beside what its person says, and told to her other devices', async () => {
    const phone = await ada.openSocket()
    const told: string[] = []
    phone.on('user.updated', ({ data }) => told.push(data.avatarUrl))
    const address = await choose(ada, 'red')
    await vi.waitFor(() => expect(told).toEqual([address]))
    for (const node of [first, second]) {
      const answer = await open(node, `${address}?size=64`)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp'])
    }

    const { data: room } = await ada.http.PUT('/v1/rooms/direct/{userId}', {
      params: { path: { userId: ben.userId } },
    })
    const params = { path: { roomId: room.id } }
    const author = { id: ada.userId, avatarUrl: address }
    const created = new Promise((resolve) => phone.on('message.created', resolve))
    const sent = await phone.send('message.send', {
      room: room.id,
      clientId: randomUUID(),
      text: 'look',
    })
    expect(await created).toMatchObject({ data: { author } })
    const { data: page } = await ben.http.GET('/v1/rooms/{roomId}/messages', { params })
    expect(page.items).toMatchObject([{ seq: sent.seq, author }])
    const { data: members } = await ben.http.GET('/v1/rooms/{roomId}/members', { params })
    expect(new Set(members.items.map(({ user }) => user.avatarUrl))).toEqual(
      new Set([address, ben.user?.avatarUrl]),
    )
    const { ready } = await ben.openSocket()
    expect(ready.rooms).toMatchObject([{ peer: { avatarUrl: address } }])
    expect(ready.user.avatarUrl).toMatch(/^\/v1\/avatars\/.+\/[0-9a-f]{16}$/)
    phone.close()
  })

  it('that cannot be stored is refused; while the bucket is away everyone is drawn', async () => {
    const address = await choose(ada, 'blue')
    const { port } = bucket
    await bucket.close()
    await expect(choose(ada, 'green')).rejects.toMatchObject({ code: 'unavailable' })
    for (let n = 0; n < 2; n++) {
      const drawn = await open(second, address)
      expect([drawn.status, drawn.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
      expect(drawn.headers.get('cache-control')).toBe('no-store')
    }
    expect((await ada.me()).avatarUrl).toBe(address)
    await ada.http.DELETE('/v1/users/me/avatar')
    expect((await ada.me()).avatarUrl).not.toBe(address)
    bucket = await startS3Server(port)
    const again = await vi.waitFor(() => choose(ada, 'red'), 5000)
    expect((await open(second, again)).status).toBe(200)
    expect((await open(second, address)).headers.get('location')).toBe(again)
  })
})
