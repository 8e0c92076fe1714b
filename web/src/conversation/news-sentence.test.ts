import { describe, expect, it } from 'vitest'
import { sentenceOf, somebody, you } from './news-sentence.ts'
import { isAlike } from './room-news.ts'
import type { RoomChange, RoomNews } from './room-news.ts'

const at = '2026-11-22T12:00:00.000Z'
const names = new Map([
  ['me', you],
  ['ann', 'Ann'],
  ['bea', 'Bea'],
  ['cid', 'Cid'],
])
const told = (...entries: RoomNews[]) => sentenceOf(entries, (id) => names.get(id) ?? somebody)

function changed(by: string, changes: RoomChange['data']['changed']): RoomChange {
  const room = { id: 'room', kind: 'group', name: 'Walk', topic: '', history: 'all' } as const
  const data = { ...room, createdAt: at, archivedAt: null, version: 2, by, changed: changes }
  return { type: 'room.updated', room: 'room', seq: 2, at, data }
}

function left(userId: string, by = userId): RoomNews {
  return { type: 'member.left', room: 'room', seq: 3, at, data: { userId, by, reason: 'left' } }
}

function joined(id: string, { seq, by = id }: { seq: number; by?: string }): RoomNews {
  const user = { id, username: id, displayName: id, avatarUrl: `/v1/avatars/${id}` }
  const place = { role: 'member', joinedAt: at, joinedSeq: seq, version: seq } as const
  return { type: 'member.joined', room: 'room', seq, at, data: { user, ...place, by } }
}

describe('a line of news', () => {
  it('tells who changed what of the room', () => {
    expect(told(changed('ann', ['name']))).toBe('Ann renamed the room.')
    expect(told(changed('me', ['topic']))).toBe('You changed the topic.')
    expect(told(changed('gone', ['archived']))).toBe('Somebody archived the room.')
    expect(told(changed('ann', ['name', 'topic', 'reopened']))).toBe(
      'Ann renamed and reopened the room and changed the topic.',
    )
    expect(told(changed('ann', ['name', 'archived']))).toBe('Ann renamed and archived the room.')
    expect(told(changed('ann', ['name', 'topic']))).toBe(
      'Ann renamed the room and changed the topic.',
    )
  })

  it('tells who made the room, by its first entry alone, and beside nobody who joined', () => {
    expect(told(joined('me', { seq: 1 }))).toBe('You made this room.')
    expect(told(joined('ann', { seq: 1 }))).toBe('Ann made this room.')
    expect(told(joined('ann', { seq: 2 }))).toBe('Ann joined.')
    expect(told(joined('bea', { seq: 1, by: 'ann' }))).toBe('Ann added Bea.')
    expect(isAlike(joined('ann', { seq: 1 }), joined('bea', { seq: 2 }))).toBe(false)
    expect(isAlike(joined('ann', { seq: 2 }), joined('bea', { seq: 3 }))).toBe(true)
  })

  it('tells of changes from before it was told what they were', () => {
    expect(told(changed('ann', null))).toBe('Ann changed the room.')
  })

  it('is one for the same change by the same person, not for others', () => {
    const renamed = changed('ann', ['name'])
    expect(isAlike(renamed, changed('ann', ['name']))).toBe(true)
    expect(isAlike(renamed, changed('bea', ['name']))).toBe(false)
    expect(isAlike(renamed, changed('ann', ['topic']))).toBe(false)
    expect(isAlike(changed('ann', ['archived']), changed('ann', ['reopened']))).toBe(false)
  })

  it('tells who went, oneself last, and the number of many', () => {
    expect(told(left('ann'))).toBe('Ann left.')
    expect(told(left('me', 'ann'), left('bea', 'ann'))).toBe('Ann removed Bea and you.')
    expect(told(...['ann', 'bea', 'cid', 'me'].map((who) => left(who)))).toBe(
      'Ann, Bea and 2 others left.',
    )
  })
})
