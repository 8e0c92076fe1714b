import type { ChatRoom, PublicUser } from '@parley/client'
import type { JSX } from 'preact'
import { useDirectRoom, usePeopleSearch } from '../people/people-search.ts'
import { RoomPicture } from '../rooms/room-list.tsx'
import { roomName } from '../rooms/room-name.ts'
import { roomPath } from '../router/routes.ts'
import { useParley } from '../state/parley.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import type { IconName } from '../ui/icon.tsx'
import type { Overlay } from '../state/overlay.ts'
import { ranked } from './ranking.ts'

/** Somewhere one can go, or something one can do. */
export interface Destination {
  key: string
  name: string
  about: string
  picture: JSX.Element
  go: () => void
}

const places: readonly (readonly [name: string, path: string, icon: IconName])[] = [
  ['People', '/people', 'people'],
  ['Channels', '/channels', 'hash'],
  ['Your profile', '/settings/profile', 'person'],
  ['Appearance: light or dark', '/settings/appearance', 'settings'],
  ['Privacy and blocked people', '/settings/privacy', 'block'],
  ['Password and two-factor', '/settings/security', 'lock'],
  ['Sessions', '/settings/sessions', 'device'],
  ['Access tokens', '/settings/tokens', 'key'],
]

/** How many of each kind are offered. */
const most = 8

/** What fits the text: rooms, then people, then pages and actions. */
export function useDestinations(text: string, onOpen: (overlay: Overlay) => void): Destination[] {
  const { rooms, me, router } = useParley()
  const people = usePeopleSearch(text, most)
  const write = useDirectRoom()
  const { toasts } = useParley()
  const shownRooms = ranked(rooms.value, ({ info }) => nameOf(info), text).slice(0, most)
  const peers = new Set(shownRooms.map(({ info }) => info.peer?.id))
  const others = text.trim() === '' ? [] : (people.items ?? [])
  return [
    ...shownRooms.map((room) => ofRoom(room, () => router.go(roomPath(room.id)))),
    ...others
      .filter(({ id }) => id !== me.value?.id && !peers.has(id))
      .map((user) => ofPerson(user, () => void write(user.id).catch(toasts.failed))),
    ...ranked(actions(), ({ name }) => name, text),
  ]

  function actions(): Destination[] {
    const admin = ['Administration', '/admin', 'shield'] as const
    const all = me.value?.role === 'admin' ? [...places, admin] : places
    return [
      action('New conversation', 'plus', () => onOpen('create')),
      ...all.map(([name, path, icon]) => action(name, icon, () => router.go(path))),
      action('Keyboard shortcuts', 'settings', () => onOpen('help')),
    ]
  }
}

/** What one may type to find a room: of a direct one also the username. */
function nameOf(info: ChatRoom['info']): string {
  return info.peer ? `${roomName(info)} ${info.peer.username}` : roomName(info)
}

function ofRoom(room: ChatRoom, go: () => void): Destination {
  const { info } = room
  const kinds = { direct: '', group: 'Group', channel: 'Channel' }
  const about = info.peer ? `@${info.peer.username}` : kinds[info.kind]
  const picture = <RoomPicture info={info} />
  return { key: room.id, name: roomName(info), about, picture, go }
}

function ofPerson(user: PublicUser, go: () => void): Destination {
  const picture = <Avatar user={user} />
  return { key: user.id, name: user.displayName, about: `Write to @${user.username}`, picture, go }
}

function action(name: string, icon: IconName, go: () => void): Destination {
  const picture = (
    <span class="avatar medium sign" aria-hidden="true">
      <Icon name={icon} />
    </span>
  )
  return { key: name, name, about: '', picture, go }
}
