import type { LogPage, Message, MessagePage, ReadMark, SentMessage } from '@parley/client'
import type { Call } from '../history.ts'
import type { Device } from './device.ts'

/** Which way a call goes in. */
export type Door = 'http' | 'socket'

/** The calls of the workload, each recorded with what it answered. */

export async function send(
  device: Device,
  door: Door,
  room: string,
  message: { clientId: string; text: string; replyTo: number | null },
): Promise<Call> {
  const work = { what: 'send', ...message } as const
  const path = `/v1/rooms/${room}/messages`
  const [call, data] =
    door === 'socket'
      ? await device.overSocket(room, work, 'message.send', { room, ...message })
      : await device.overHttp(room, work, { method: 'POST', path, body: message })
  if (data === null) return call
  const { seq, version, repeated } = data as SentMessage // the answer of that call
  return Object.assign(call, { stored: { seq, version, repeated } })
}

export async function edit(
  device: Device,
  door: Door,
  room: string,
  input: { seq: number; text: string },
): Promise<Call> {
  const work = { what: 'edit', ...input } as const
  const { seq, text } = input
  const path = `/v1/rooms/${room}/messages/${seq}`
  const [call, data] =
    door === 'socket'
      ? await device.overSocket(room, work, 'message.edit', { room, ...input })
      : await device.overHttp(room, work, { method: 'PATCH', path, body: { text } })
  return withVersion(call, data)
}

export async function remove(device: Device, door: Door, room: string, seq: number): Promise<Call> {
  const work = { what: 'delete', seq } as const
  const path = `/v1/rooms/${room}/messages/${seq}`
  const [call, data] =
    door === 'socket'
      ? await device.overSocket(room, work, 'message.delete', { room, seq })
      : await device.overHttp(room, work, { method: 'DELETE', path })
  return withVersion(call, data)
}

function withVersion(call: Call, data: unknown): Call {
  if (data === null) return call
  const { seq, version } = data as Message // the answer of edit and delete
  return Object.assign(call, { stored: { seq, version, repeated: false } })
}

export async function mark(device: Device, door: Door, room: string, seq: number): Promise<Call> {
  const work = { what: 'mark', seq } as const
  const [call, data] =
    door === 'socket'
      ? await device.overSocket(room, work, 'read.set', { room, seq })
      : await device.overHttp(room, work, {
          method: 'PUT',
          path: `/v1/rooms/${room}/read`,
          body: { seq },
        })
  if (data === null) return call
  const { readSeq } = data as ReadMark // the answer of that call
  return Object.assign(call, { readSeq })
}

/** The latest messages. */
export async function readMessages(device: Device, room: string, limit: number): Promise<Call> {
  const path = `/v1/rooms/${room}/messages?limit=${limit}`
  const [call, data] = await device.overHttp(room, { what: 'messages' }, { method: 'GET', path })
  if (data === null) return call
  const { items, lastSeq, hasBefore } = data as MessagePage // the answer of that path
  const after = hasBefore ? (items[0]?.seq ?? lastSeq + 1) - 1 : 0
  return Object.assign(call, { page: { lastSeq, after, upTo: lastSeq, messages: items } })
}

export async function readLog(
  device: Device,
  door: Door,
  room: string,
  range: { after: number; limit: number },
): Promise<Call> {
  const { after, limit } = range
  const path = `/v1/rooms/${room}/log?after=${after}&limit=${limit}`
  const [call, data] =
    door === 'socket'
      ? await device.overSocket(room, { what: 'log' }, 'room.sync', { room, ...range })
      : await device.overHttp(room, { what: 'log' }, { method: 'GET', path })
  if (data === null) return call
  const { items, lastSeq, hasMore } = data as LogPage // the answer of that call
  const upTo = hasMore ? (items.at(-1)?.seq ?? after) : lastSeq
  return Object.assign(call, { page: { lastSeq, after, upTo, entries: items } })
}

export async function changeMember(
  device: Device,
  room: string,
  what: 'add' | 'remove',
  userId: string,
): Promise<Call> {
  const method = what === 'add' ? 'PUT' : 'DELETE'
  const path = `/v1/rooms/${room}/members/${userId}`
  const [call] = await device.overHttp(room, { what, userId }, { method, path })
  return call
}

export async function join(device: Device, room: string): Promise<Call> {
  const path = `/v1/rooms/${room}/join`
  const [call] = await device.overHttp(room, { what: 'join' }, { method: 'POST', path })
  return call
}

export async function leave(device: Device, room: string): Promise<Call> {
  const path = `/v1/rooms/${room}/members/me`
  const [call] = await device.overHttp(room, { what: 'leave' }, { method: 'DELETE', path })
  return call
}

export async function logOut(device: Device): Promise<Call> {
  const asked = { method: 'POST', path: '/v1/auth/logout' }
  const [call] = await device.overHttp('', { what: 'logout' }, asked)
  return call
}
