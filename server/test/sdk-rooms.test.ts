import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ChatRoom } from '@parley/client'
import { startApp } from './start-app.ts'
import type { Person, Started } from './start-app.ts'

/** The texts a room shows, those on their way in brackets. */
const shown = (room: ChatRoom | undefined): string[] =>
  (room?.messages ?? []).map(({ state, text }) => (state === 'sent' ? `${text}` : `[${text}]`))

describe('rooms as objects', () => {
  let started: Started
  let ada: Person
  let ben: Person

  beforeAll(async () => {
    started = await startApp()
    ada = await started.person('ada')
    ben = await started.person('ben')
    await Promise.all([ada.connect(), ben.connect()])
  })
  afterAll(async () => {
    for (const person of [ada, ben]) person.close()
    await started.close()
  })

  /** A group of the two, as each of them has it. */
  async function together(): Promise<{ here: ChatRoom; there: ChatRoom }> {
    const here = await ada.rooms.create({ kind: 'group', name: 'Walk', memberIds: [ben.userId] })
    await vi.waitFor(() => expect(ben.rooms.get(here.id)).toBeDefined())
    const there = ben.rooms.get(here.id)
    if (!there) throw new Error('unreachable')
    await Promise.all([here.load(), there.load()])
    return { here, there }
  }

  it('shows a message at once, then stored, and the other one sees it', async () => {
    const { here, there } = await together()
    const states: string[] = []
    here.subscribe(() => states.push(here.messages.map(({ state }) => state).join()))
    const sent = here.send('Who is coming?')
    expect(shown(here)).toEqual(['[Who is coming?]'])
    expect(here.messages[0]).toMatchObject({ author: { username: 'ada' }, state: 'pending' })
    const stored = await sent
    expect(shown(here)).toEqual(['Who is coming?'])
    await vi.waitFor(() => expect(shown(there)).toEqual(['Who is coming?']))
    expect(there.info).toMatchObject({ unread: 1, lastMessage: { seq: stored.seq } })
    expect(states).not.toContain('sent,pending')
    expect(new Set(states)).toEqual(new Set(['pending', 'sent']))
    const answer = await there.send('I am', { replyTo: stored.seq })
    expect(answer.replyTo).toBe(stored.seq)
    await vi.waitFor(() => expect(shown(here)).toEqual(['Who is coming?', 'I am']))
  })

  it('edits, deletes, and refuses with a code', async () => {
    const { here, there } = await together()
    const { seq } = await here.send('frist')
    await here.edit(seq, 'first')
    await vi.waitFor(() => expect(shown(there)).toEqual(['first']))
    await expect(there.edit(seq, 'mine')).rejects.toMatchObject({ code: 'forbidden' })
    await here.delete(seq)
    await vi.waitFor(() => expect(there.messages[0]).toMatchObject({ text: null }))
    expect(there.info).toMatchObject({ unread: 0 })
    await vi.waitFor(() => expect(there.info.lastMessage).toBeNull())
  })

  it('keeps what the server refuses as failed, to be sent again or forgotten', async () => {
    const { here } = await together()
    await here.change({ archived: true })
    const refused = here.send('too late')
    await expect(refused).rejects.toMatchObject({ code: 'room_archived' })
    const [failed] = here.messages
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'room_archived' } })
    await here.change({ archived: false })
    const stored = await here.retry(failed?.clientId ?? '')
    expect(stored.clientId).toBe(failed?.clientId)
    await expect(here.send(' ')).rejects.toMatchObject({ code: 'invalid_request' })
    here.discard(here.messages.at(-1)?.clientId ?? '')
    expect(shown(here)).toEqual(['too late'])
  })

  it('counts what is unread and tells how far the others have read', async () => {
    const { here, there } = await together()
    await here.loadMembers()
    for (const text of ['one', 'two', 'three']) await here.send(text)
    await vi.waitFor(() => expect(there.info.unread).toBe(3))
    const [first, last] = [there.messages[0]?.seq ?? 0, there.messages.at(-1)?.seq ?? 0]
    there.markRead(first)
    await vi.waitFor(() => expect(there.info).toMatchObject({ readSeq: first, unread: 2 }))
    there.markRead()
    expect(there.info).toMatchObject({ readSeq: last, unread: 0 })
    const readBy = () => here.members.find(({ user }) => user.id === ben.userId)?.readSeq
    await vi.waitFor(() => expect(readBy()).toBe(last), 5000) // marks are merged for a second
    const { data } = await ben.http.GET('/v1/rooms/{roomId}', {
      params: { path: { roomId: there.id } },
    })
    expect(data).toMatchObject({ readSeq: last, unread: 0 })
  })

  it('tells who is writing, until she sends', async () => {
    const { here, there } = await together()
    here.setTyping()
    await vi.waitFor(() => expect(there.typing).toEqual([ada.userId]))
    await here.send('done')
    await vi.waitFor(() => expect(there.typing).toEqual([]))
  })

  it('scrolls through its history, jumps, and lets go of what is far away', async () => {
    const { here, there } = await together()
    for (let n = 1; n <= 30; n++) await here.send(`${n}`)
    await vi.waitFor(() => expect(there.messages).toHaveLength(30))
    await there.jumpToLatest(10)
    expect([shown(there)[0], there.hasOlder, there.hasNewer]).toEqual(['21', true, false])
    await there.loadOlder(10)
    expect(shown(there)).toHaveLength(20)
    there.keep('oldest', 12)
    expect([shown(there).at(-1), there.hasNewer]).toEqual(['22', true])
    await here.send('31')
    expect(shown(there).at(-1)).toBe('22')
    await there.loadNewer()
    expect([shown(there).at(-1), there.hasNewer]).toEqual(['31', false])
    await here.send('32')
    await vi.waitFor(() => expect(shown(there).at(-1)).toBe('32'))
    const fifth = here.messages[4]?.seq ?? 0
    await there.jumpTo(fifth, 4)
    expect(shown(there)).toEqual(['3', '4', '5', '6'])
    there.keep('newest', 2)
    expect([shown(there), there.hasOlder]).toEqual([['5', '6'], true])
  })

  it('knows its members and what became of them; who is removed loses the room', async () => {
    const { here, there } = await together()
    await Promise.all([here.loadMembers(), there.loadMembers()])
    await here.putMember(ben.userId, 'admin')
    await vi.waitFor(() => expect(there.info.role).toBe('admin'))
    expect(there.members.map(({ role }) => role)).toEqual(['owner', 'admin'])
    await here.removeMember(ben.userId)
    await vi.waitFor(() => expect(there.isMember).toBe(false))
    expect(ben.rooms.get(there.id)).toBeUndefined()
    expect(here.members).toHaveLength(1)
    await here.putMember(ben.userId)
    await vi.waitFor(() => expect(ben.rooms.get(there.id)).toBe(there))
    await here.send('again')
    await vi.waitFor(() => expect(shown(there)).toEqual(['again']))
  })

  it('lists rooms by their latest activity, and joins, opens and leaves them', async () => {
    const channel = await ada.rooms.create({ kind: 'channel', name: 'Open' })
    const direct = await ben.rooms.openDirect(ada.userId)
    const joined = await ben.rooms.join(channel.id)
    await joined.send('hello')
    await vi.waitFor(() => expect(ben.rooms.list.slice(0, 2)).toEqual([joined, direct]))
    await direct.send('psst')
    await vi.waitFor(() => expect(ben.rooms.list.slice(0, 2)).toEqual([direct, joined]))
    await joined.leave()
    expect(ben.rooms.list).not.toContain(joined)
    await expect(joined.send('still here?')).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('watches who is online, and counts no one she blocks', async () => {
    const cleo = await started.person('cleo')
    const unwatch = ada.presence.watch([cleo.userId])
    await cleo.connect()
    await vi.waitFor(() => expect(ada.presence.isOnline(cleo.userId)).toBe(true))
    const room = await ada.rooms.create({ kind: 'group', name: 'Three', memberIds: [cleo.userId] })
    await vi.waitFor(() => expect(cleo.rooms.get(room.id)).toBeDefined())
    await cleo.rooms.get(room.id)?.send('are you there?')
    await vi.waitFor(() => expect(room.info.unread).toBe(1))
    const params = { path: { userId: cleo.userId } }
    await ada.http.PUT('/v1/users/me/blocks/{userId}', { params })
    await vi.waitFor(() => expect([...ada.blocks]).toEqual([cleo.userId]))
    await vi.waitFor(() => expect(room.info.unread).toBe(0))
    cleo.close()
    unwatch()
  })
})
