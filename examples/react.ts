/** Parley in React: what a room shows is a new value exactly when it changes, so each hook is one
 *  line of useSyncExternalStore. */
import { useSyncExternalStore } from 'react'
import type { ChatRoom, ConnectionState, Member, ParleyClient, RoomMessage } from '@parley/client'

/** What the connection is doing: a banner while it is not `live`. */
export function useConnection({ connection }: ParleyClient): ConnectionState {
  return useSyncExternalStore(connection.subscribe, () => connection.state)
}

/** All rooms, latest activity first. */
export function useRooms({ rooms }: ParleyClient): readonly ChatRoom[] {
  return useSyncExternalStore(rooms.subscribe, () => rooms.list)
}

/** Name, topic, unread count, last message of a room. */
export function useRoomInfo(room: ChatRoom): ChatRoom['info'] {
  return useSyncExternalStore(room.subscribe, () => room.info)
}

/** The messages that are loaded, then those on their way. */
export function useMessages(room: ChatRoom): readonly RoomMessage[] {
  return useSyncExternalStore(room.subscribe, () => room.messages)
}

/** The members, after `room.loadMembers()`. */
export function useMembers(room: ChatRoom): readonly Member[] {
  return useSyncExternalStore(room.subscribe, () => room.members)
}

/** Who is writing right now, by user id. */
export function useTyping(room: ChatRoom): readonly string[] {
  return useSyncExternalStore(room.subscribe, () => room.typing)
}
