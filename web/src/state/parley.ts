import { computed, signal } from '@preact/signals'
import type { ReadonlySignal, Signal } from '@preact/signals'
import { ParleyClient, cookieSessionStore, localSessionStore } from '@parley/client'
import type { ChatRoom, ConnectionState, OwnUser } from '@parley/client'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { Router } from '../router/router.ts'
import { Drafts } from './drafts.ts'
import { follow } from './follow.ts'
import { IdleRooms } from './idle-rooms.ts'
import { People } from './people.ts'
import type { Overlay } from './overlay.ts'
import { Session } from './session.ts'
import { createTheme } from './theme.ts'
import type { Theme } from './theme.ts'
import { Toasts } from './toasts.ts'
import { Unsent } from './unsent.ts'

/** Everything the pages share. Made once, in main.tsx; components take it with `useParley()`. */
export interface Parley {
  client: ParleyClient
  router: Router
  session: Session
  theme: Signal<Theme>
  toasts: Toasts
  drafts: Drafts
  unsent: Unsent
  idleRooms: IdleRooms
  people: People
  connection: ReadonlySignal<ConnectionState>
  /** Latest activity first. */
  rooms: ReadonlySignal<readonly ChatRoom[]>
  /** Messages she has not read, in all rooms. */
  unread: ReadonlySignal<number>
  /** The signed-in person; undefined until the server has named her. */
  me: ReadonlySignal<OwnUser | undefined>
  blocks: ReadonlySignal<ReadonlySet<string>>
  /** What is open above the page; undefined: nothing. */
  overlay: Signal<Overlay | undefined>
}

export function createParley(url: string): Parley {
  // Over plain http elsewhere than at localhost browsers keep no such cookie.
  const store = isSecureContext ? cookieSessionStore(url) : localSessionStore()
  const client = new ParleyClient({ url, store })
  const rooms = follow(client.rooms, () => client.rooms.list)
  return {
    client,
    rooms,
    router: new Router(),
    session: new Session(client),
    theme: createTheme(),
    toasts: new Toasts(),
    drafts: new Drafts(),
    unsent: new Unsent(client),
    idleRooms: new IdleRooms(client),
    people: new People(client),
    connection: follow(client.connection, () => client.connection.state),
    unread: computed(() => rooms.value.reduce((sum, { info }) => sum + info.unread, 0)),
    me: follow(client, () => client.user),
    blocks: follow(client, () => client.blocks),
    overlay: signal<Overlay | undefined>(undefined),
  }
}

export const ParleyContext = createContext<Parley | undefined>(undefined)

export function useParley(): Parley {
  const parley = useContext(ParleyContext)
  if (!parley) throw new Error('unable to use the state; there is no ParleyContext around')
  return parley
}
