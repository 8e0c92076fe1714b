import type { Message } from '@parley/client'
import { expect, test } from 'vitest'
import { preview, roomName } from './room-name.ts'

const ada = { id: 'ada', username: 'ada', displayName: 'Ada', avatarUrl: '/v1/avatars/ada/1' }

function message(more: Partial<Message>): Message {
  const at = '2026-11-22T12:00:00.000Z'
  return {
    roomId: 'room',
    seq: 1,
    version: 1,
    author: ada,
    clientId: 'client',
    text: 'hello',
    style: 'text',
    replyTo: null,
    createdAt: at,
    editedAt: null,
    deletedAt: null,
    ...more,
  }
}

test('a room is called by its name, a direct room by the other person', () => {
  expect(roomName({ name: 'Weekend walk' })).toBe('Weekend walk')
  expect(roomName({ name: null, peer: ada })).toBe('Ada')
  expect(roomName({ name: null })).toBe('Deleted account')
})

test('the preview of a message names its author where that is not clear', () => {
  const plain = (text: string) => text.replaceAll(/[\u2068\u2069]/g, '')
  expect(plain(preview(message({ text: '**hi**\nall' }), 'group', 'me'))).toBe('Ada: hi all')
  expect(plain(preview(message({}), 'group', 'ada'))).toBe('You: hello')
  expect(plain(preview(message({}), 'direct', 'me'))).toBe('hello')
  expect(plain(preview(message({ style: 'action', text: 'waves' }), 'direct', 'me'))).toBe(
    'Ada waves',
  )
  expect(plain(preview(message({ text: null }), 'channel', 'me'))).toBe('Ada: Message deleted')
})
