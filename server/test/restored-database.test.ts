import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, vi } from 'vitest'
import { migrateUp } from '../src/infra/migrate.ts'
import { startHere, tempFolder } from './servers/embedded.ts'
import { startApp } from './start-app.ts'

it('P8 a database restored under a running node closes every socket 4000; what they had is reset', async () => {
  const folder = await tempFolder()
  const [current, backup] = [join(folder, 'postgres'), join(folder, 'backup')]
  const server = await startHere(folder)
  const url = server.connectionString
  await migrateUp({ url })
  const started = await startApp({ databaseUrl: url })
  const ada = await started.person('ada')
  const body = { clientId: randomUUID(), kind: 'group' as const, name: 'Walk' }
  const { data: room } = await ada.http.POST('/v1/rooms', { body })
  const params = { path: { roomId: room.id } }
  /** Again until the database is there. */
  const send = (text: string) => {
    const input = { clientId: randomUUID(), text }
    const post = () => ada.http.POST('/v1/rooms/{roomId}/messages', { params, body: input })
    return vi.waitUntil(
      () =>
        post()
          .then(({ data }) => data)
          .catch(() => undefined),
      {
        timeout: 10_000,
        interval: 100,
      },
    )
  }
  const kept = await send('kept')
  const socket = await ada.openSocket()
  let isClosed = false
  void socket.closed.then(() => (isClosed = true))
  const { epoch } = socket.ready

  // Stopped, copied and started again it is the same history.
  await server.stop()
  await promisify(execFile)('cp', ['-a', current, backup])
  const again = await startHere(folder)
  const lost = await send('lost')
  expect([lost.seq, isClosed]).toEqual([kept.seq + 1, false])

  await again.stop()
  await rm(current, { recursive: true })
  await rename(backup, current)
  await writeFile(join(current, 'recovery.signal'), '')
  const settings = { fsync: 'off', restore_command: 'false' }
  const restored = await startHere(folder, { settings })
  const instead = await send('instead')
  expect(instead).toMatchObject({ seq: lost.seq, text: 'instead' })
  expect(await socket.closed).toMatchObject({ code: 4000 })

  const cursors = { [room.id]: lost.seq }
  const back = await ada.openSocket({ epoch, cursors })
  const resets: unknown[] = []
  back.on('reset', (reset) => resets.push(reset))
  await new Promise((resolve) => back.on('live', resolve))
  expect(back.ready.epoch).not.toBe(epoch)
  expect(resets).toMatchObject([{ room: room.id, lastSeq: instead.seq }])
  back.close()
  await started.close()
  await restored.stop()
})
