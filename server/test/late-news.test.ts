import { expect, it } from 'vitest'
import { socketWorld } from './socket-world.ts'

const sockets = socketWorld()

// As when a node was parted from the bus: a newer `ready` was sent, then the old news arrive.
it('L4 news that ready held already are not sent again, however late the bus brings them', async () => {
  const { ada, app } = sockets.world
  const socket = await sockets.ready(ada)
  const ready = await socket.frame(({ type }) => type === 'ready')
  const userSeq = Number(ready['userSeq'])
  const tell = (seq: number) => {
    const data = { room: sockets.world.group.id, readSeq: seq, unread: 0, unreadMore: false }
    app.hub.tell({ userId: ada.userId, frame: { type: 'read.updated', userSeq: seq, data } })
  }
  for (const seq of [userSeq, userSeq - 1, userSeq + 1, userSeq + 1, userSeq + 2]) tell(seq)
  await socket.frame(({ userSeq: seq }) => seq === userSeq + 2)
  const heard = socket.frames.filter(({ type }) => type === 'read.updated')
  expect(heard.map(({ userSeq: seq }) => seq)).toEqual([userSeq + 1, userSeq + 2])
})
