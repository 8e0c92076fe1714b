import { readFileSync } from 'node:fs'
import type { Auth } from './auth/auth.ts'
import { identityRoutes } from './auth/identity-routes.ts'
import { invitationRoutes } from './auth/invitation-routes.ts'
import { mailRoutes } from './auth/mail-routes.ts'
import { browserRoutes } from './auth/browser-routes.ts'
import { openIdRoutes } from './auth/openid-routes.ts'
import { passkeyRoutes } from './auth/passkey-routes.ts'
import { authRoutes } from './auth/routes.ts'
import { authFrames } from './auth/schema.ts'
import { sessionRoutes } from './auth/session-routes.ts'
import { tokenRoutes } from './auth/token-routes.ts'
import { twoFactorRoutes } from './auth/two-factor-routes.ts'
import type { Chat } from './chat/chat.ts'
import { chatCommands } from './chat/commands.ts'
import { chatFrames } from './chat/frames.ts'
import { greetingFrames } from './chat/greeting.ts'
import { memberRoutes } from './chat/member-routes.ts'
import { messageRoutes } from './chat/message-routes.ts'
import { roomRoutes } from './chat/room-routes.ts'
import { asyncApiDocument } from './contract/asyncapi.ts'
import type { Endpoint } from './contract/endpoint.ts'
import type { Command, FrameDeclaration } from './contract/frames.ts'
import { openApiDocument } from './contract/openapi.ts'
import type { Declarations } from './contract/openapi.ts'
import { healthRoutes } from './http/health.ts'
import type { ReadinessChecks } from './http/health.ts'
import type { DataExports } from './privacy/data-exports.ts'
import { privacyRoutes } from './privacy/routes.ts'
import { realtimeFrames } from './realtime/frames.ts'
import { helloDeclaration, renewDeclaration } from './realtime/hello.ts'
import { watchDeclaration } from './realtime/presence-command.ts'
import { adminRoutes } from './user/admin-routes.ts'
import { avatarRoutes } from './user/avatar-routes.ts'
import { blockRoutes } from './user/block-routes.ts'
import type { createPeople } from './user/people.ts'
import { profileFieldRoutes } from './user/profile-field-routes.ts'
import { userRoutes } from './user/routes.ts'
import { userFrames } from './user/schema.ts'

type PeopleServices = Omit<ReturnType<typeof createPeople>, 'suspensionEnds' | 'lastSeen'>

/** What the doors call. */
export interface Services extends PeopleServices {
  auth: Omit<Auth, 'start' | 'close'>
  chat: Pick<Chat, 'rooms' | 'members' | 'messages' | 'readMarks' | 'typing' | 'log'>
  exports: DataExports
  health: ReadinessChecks
}

/** Every HTTP operation of the product. */
export function apiEndpoints(services: Services): Endpoint[] {
  const { auth, chat, health } = services
  return [
    ...accountEndpoints(auth),
    ...peopleEndpoints(services),
    ...roomRoutes(chat.rooms),
    ...memberRoutes(chat.members),
    ...messageRoutes(chat),
    ...privacyRoutes(services.exports),
    ...healthRoutes(health),
  ]
}

/** The operations of auth/. */
export function accountEndpoints(auth: Services['auth']): Endpoint[] {
  return [
    ...authRoutes(auth),
    ...sessionRoutes(auth),
    ...browserRoutes(auth),
    ...mailRoutes(auth),
    ...invitationRoutes(auth),
    ...tokenRoutes(auth),
    ...twoFactorRoutes(auth),
    ...passkeyRoutes(auth),
    ...openIdRoutes(auth),
    ...identityRoutes(auth),
  ]
}

/** The operations of user/. */
export function peopleEndpoints(people: PeopleServices): Endpoint[] {
  return [
    ...userRoutes(people),
    ...avatarRoutes(people.avatars),
    ...profileFieldRoutes(people.profileFields),
    ...blockRoutes(people.blocks),
    ...adminRoutes(people),
  ]
}

/** Every socket command that a service answers. */
export function apiCommands({ chat }: Pick<Services, 'chat'>): Command[] {
  return chatCommands(chat)
}

/** Every frame the server sends on its own. */
export const apiFrames: FrameDeclaration[] = [
  ...greetingFrames,
  ...realtimeFrames,
  ...chatFrames,
  ...userFrames,
  ...authFrames,
]

/** All that the documents describe, made without a database: nothing in it is ever called. */
export function apiDeclarations(): Declarations {
  // Routes and commands only take their services along for their handlers.
  const inert = { auth: {}, chat: {} } as unknown as Services
  const connection = [helloDeclaration, renewDeclaration, watchDeclaration].map((declaration) => ({
    declaration,
  }))
  return {
    endpoints: apiEndpoints(inert),
    commands: [...connection, ...apiCommands(inert)],
    frames: apiFrames,
    version,
  }
}

/** Both documents, from the declarations. */
export function apiDocuments() {
  const declarations = apiDeclarations()
  return { openapi: openApiDocument(declarations), asyncapi: asyncApiDocument(declarations) }
}

const packageFile = new URL('../package.json', import.meta.url)
// Our own package.json has a version.
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }
