/**
 * Which operation has which policy of authorisation-table.ts; for commands see
 * authorisation-commands.ts.
 *
 * To add an operation, add a line under its id with one of
 *
 * - `everyone(answer)`        it needs no token;
 * - `signedIn(answer)`        whoever is signed in, about herself or about what all may see;
 * - `administration(answer)`  administrators of the server only;
 * - `inRoom(policy, answer)`  it names a room: asked in a group, a channel, a direct room and an
 *                             archived group.
 *
 * `answer` is what those who may are told: status, and code where it is a refusal. The input is the
 * example of the declaration, with the caller's own password for `currentPassword`; where that does
 * not do, a function makes `{ values, query, body, headers }` of the scene. An operation that is
 * several things at once (editing one's own message, and another's) has a list of rows.
 */
import { randomUUID } from 'node:crypto'
import { administration, everyone, inRoom, signedIn } from './authorisation-row.ts'
import type { Input, MakeInput, Rows } from './authorisation-row.ts'
import type { Scene } from './authorisation-world.ts'
import { SoftwareAuthenticator } from './software-authenticator.ts'

const body = (content: object) => (): Input => ({ body: content })
const own: MakeInput = ({ ownSeq }) => ({ values: { seq: `${ownSeq}` } })
const anothersSeq: MakeInput = ({ anothersSeq }) => ({ values: { seq: `${anothersSeq}` } })
const person =
  (pick: (scene: Scene) => { userId: string }, content?: object): MakeInput =>
  (scene) => ({
    values: { userId: pick(scene).userId },
    ...(content && { body: content }),
  })

const freshName = (): string => `p${randomUUID().slice(0, 8)}`

async function tokenOf({ app }: Scene, { userId }: { userId: string }): Promise<string> {
  const request = { name: 'one', scopes: ['rooms:read' as const] }
  return (await app.services.auth.personalTokens.create(userId, userId, request)).info.id
}

async function passkeyOf({ app }: Scene, { userId }: { userId: string }): Promise<string> {
  const { passkeys } = app.services.auth
  const options = await passkeys.begin(userId)
  const credential = new SoftwareAuthenticator('http://localhost:0').create(options)
  return (await passkeys.add(userId, { credential, name: 'one' })).id
}

async function identityOf({ app }: Scene, { userId }: { userId: string }): Promise<string> {
  const issuer = `https://${randomUUID()}.example.org`
  const said = { issuer, subject: 'one', emailVerified: false }
  const assertion = { ...said, severalFactors: false }
  const { identities } = app.services.auth
  return (await app.db.transaction((tx) => identities.link(tx, userId, assertion))).id
}

const sessionOf = ({ app }: Scene, { userId }: { userId: string }) =>
  app.services.auth.service.createSessionFor(userId, 'another device')

/** For a path with this id: one that is the caller's, or somebody else's. */
const its =
  (
    name: string,
    make: (scene: Scene, whose: { userId: string }) => Promise<string>,
    whose: (scene: Scene) => { userId: string },
  ): MakeInput =>
  async (scene) => ({ values: { [name]: await make(scene, whose(scene)) } })
const mine = ({ caller }: Scene) => caller
const theirs = ({ outsider }: Scene) => outsider
const bystander = (scene: Scene) => scene.bystander

const signedInOut: Rows = {
  register: everyone('201', () => {
    const username = freshName()
    return { body: { username, email: `${username}@example.org`, password: 'a long enough one' } }
  }),
  confirmRegistration: everyone('400 invalid_token'),
  logIn: everyone('200', ({ outsider: { username, password } }) => ({
    body: { login: username, password },
  })),
  refreshSession: everyone('401 invalid_refresh_token'),
  readSigningKeys: everyone('200'),
  keepSessionInCookie: everyone('403 foreign_origin'),
  endBrowserSession: everyone('403 foreign_origin'),
  refreshBrowserSession: everyone('403 foreign_origin'),
  confirmEmail: everyone('400 invalid_token'),
  requestPasswordReset: everyone('202'),
  resetPassword: everyone('400 invalid_token'),
  beginPasskeyLogin: everyone('200'),
  logInWithPasskey: everyone('401 invalid_passkey'),
  listProviders: everyone('200'),
  beginSignIn: everyone('404 provider_not_found'),
  finishSignIn: everyone('401 invalid_sign_in'),
  redeemSignIn: everyone('401 invalid_sign_in'),
  checkHealth: everyone('200'),
  checkReadiness: everyone('200'),
}

const ownAccount: Rows = {
  listSessions: signedIn('200'),
  endOtherSessions: signedIn('204'),
  logOut: signedIn('204'),
  endSession: [
    signedIn(
      '204',
      its('sessionId', async (...given) => (await sessionOf(...given)).id, mine),
    ),
    signedIn(
      '404 session_not_found',
      its('sessionId', async (...given) => (await sessionOf(...given)).id, theirs),
      "another's",
    ),
  ],
  changePassword: signedIn('204'),
  requestEmailVerification: signedIn('202'),
  changeEmail: signedIn('202', () => ({ body: { email: `${freshName()}@example.com` } })),
  createToken: signedIn('201'),
  listTokens: signedIn('200'),
  revokeToken: [
    signedIn('204', its('tokenId', tokenOf, mine)),
    signedIn('404 token_not_found', its('tokenId', tokenOf, theirs), "another's"),
  ],
  readTwoFactor: signedIn('200'),
  beginTwoFactor: signedIn('200'),
  confirmTwoFactor: signedIn('409 two_factor_off'),
  renewRecoveryCodes: signedIn('409 two_factor_off'),
  disableTwoFactor: signedIn('409 two_factor_off'),
  beginPasskey: signedIn('200'),
  addPasskey: signedIn('401 invalid_passkey'),
  listPasskeys: signedIn('200'),
  renamePasskey: [
    signedIn('200', its('passkeyId', passkeyOf, mine)),
    signedIn('404 passkey_not_found', its('passkeyId', passkeyOf, bystander), "another's"),
  ],
  removePasskey: [
    signedIn('204', its('passkeyId', passkeyOf, mine)),
    signedIn('404 passkey_not_found', its('passkeyId', passkeyOf, theirs), "another's"),
  ],
  listIdentities: signedIn('200'),
  beginLink: signedIn('404 provider_not_found'),
  confirmLink: signedIn('401 invalid_sign_in'),
  unlinkIdentity: [
    signedIn('204', its('identityId', identityOf, mine)),
    signedIn('404 identity_not_found', its('identityId', identityOf, theirs), "another's"),
  ],
  readOwnProfile: signedIn('200'),
  changeOwnProfile: signedIn('200'),
  changeOwnAvatar: signedIn('415 unsupported_media_type'), // nothing but a file will do
  removeOwnAvatar: signedIn('204'),
  deleteOwnAccount: signedIn('204'),
  requestExport: signedIn('202'),
  readExport: signedIn('204'),
  listRooms: signedIn('200'),
}

const people: Rows = {
  searchUsers: signedIn('200', () => ({ query: { q: 'person' } })),
  readUser: signedIn('200', person(theirs)),
  listProfileFields: signedIn('200'),
  listBlocks: signedIn('200'),
  blockUser: signedIn('204', person(theirs)),
  unblockUser: signedIn('204', person(theirs)),
  createRoom: signedIn('201'),
  openDirectRoom: signedIn('201', person(theirs)),
  listChannels: signedIn('200'),
}

const invitation: MakeInput = async ({ app, root }) => {
  const { invitation } = await app.services.auth.invitations.create(root.userId, {})
  return { values: { invitationId: invitation.id } }
}
const bot: MakeInput = async ({ app, root }) => {
  const { id } = await app.services.auth.bots.create(root.userId, { username: freshName() })
  return { values: { userId: id } }
}

const forAdministrators: Rows = {
  createInvitation: administration('201'),
  listInvitations: administration('200'),
  readInvitation: administration('200', invitation),
  revokeInvitation: administration('204', invitation),
  createBot: administration('201', () => ({ body: { username: freshName() } })),
  createBotToken: administration('201', bot),
  listBotTokens: administration('200', bot),
  revokeBotToken: administration('404 token_not_found', bot),
  replaceProfileFields: administration('200'),
  listAccounts: administration('200'),
  changeAccount: administration('200', person(theirs)),
  deleteAccount: administration('204', person(theirs)),
  removeAvatarOf: administration('204', person(theirs)),
  endSessionsOf: administration('204', person(theirs)),
  resetTwoFactorOf: administration('204', person(theirs)),
  removePasskeysOf: administration('204', person(theirs)),
  listAudit: administration('200'),
}

/** An owner is one already: somebody else in her place. */
const oneself = ({ as, caller, bystander }: Scene) => (as === 'owner' ? bystander : caller)

const rooms: Rows = {
  getRoom: inRoom('see', '200'),
  changeRoom: [
    inRoom('moderate', '200', body({ name: 'Another name' }), 'rename'),
    inRoom('archive', '200', ({ place }) => ({ body: { archived: place !== 'archived' } })),
  ],
  joinChannel: inRoom('join', '200'),
  listMembers: inRoom('read', '200'),
  putMember: [
    inRoom('add', '201', person(theirs, {}), 'add'),
    inRoom('own', '201', person(theirs, { role: 'admin' }), 'add as admin'),
    inRoom('own', '200', person(bystander, { role: 'admin' }), 'promote'),
    inRoom('own', '200', person(oneself, { role: 'owner' }), 'promote oneself'),
  ],
  removeMember: [
    inRoom('leave', '204', () => ({ values: { userId: 'me' } }), 'leave'),
    inRoom('moderate', '204', person(bystander), 'a member'),
    inRoom(
      'own',
      '204',
      person(({ deputy }) => deputy),
      'an admin',
    ),
  ],
  sendMessage: inRoom('write', '201'),
  listMessages: inRoom('read', '200'),
  getMessage: inRoom('read', '200', anothersSeq),
  editMessage: [
    inRoom('write', '200', own, 'own'),
    inRoom("edit-another's", '200', anothersSeq, "another's"),
  ],
  deleteMessage: [
    inRoom('write', '200', own, 'own'),
    inRoom("delete-another's", '200', anothersSeq, "another's"),
  ],
  setReadMarker: inRoom('read', '200', body({ seq: 2 })),
  readLog: inRoom('read', '200'),
}

/** By the id of the operation in openapi.json. */
export const operationRows = {
  ...signedInOut,
  ...ownAccount,
  ...people,
  ...forAdministrators,
  ...rooms,
}
