import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiDocuments } from '../src/api.ts'
import type { JsonObject } from '../src/contract/components.ts'
import { callers, placesOf, policies, shape, wordFor, words } from './authorisation-table.ts'
import type { CallerName, Place, Policy } from './authorisation-table.ts'
import { commandRows } from './authorisation-commands.ts'
import { rowsOf } from './authorisation-row.ts'
import type { Input, Row, Rows } from './authorisation-row.ts'
import { operationRows } from './authorisation-rows.ts'
import { authorisationWorld, secretWords } from './authorisation-world.ts'
import type { AuthorisationWorld, Scene } from './authorisation-world.ts'
import { exampleOf, fill, operations } from './doors-world.ts'
import { RawSocket } from './raw-socket.ts'
import type { RawFrame } from './raw-socket.ts'

let world: AuthorisationWorld
const sockets = new Map<string, Promise<RawSocket>>()
beforeAll(async () => {
  world = await authorisationWorld()
}, 60_000)
afterAll(async () => {
  for (const socket of sockets.values()) await (await socket).end()
  await world.close()
})

const { openapi, asyncapi } = apiDocuments()
const operationIds = idsIn(openapi.paths)
const commandTypes = typesIn(asyncapi)

interface Cell {
  name: string
  id: string
  row: Row
  caller: CallerName
  place: Place | '-'
  expected: string
  allowed: boolean
}

/** What is asked and what must be answered, for every caller and place of these operations. */
function cellsOf(table: Rows, ids: readonly string[]): Cell[] {
  return ids.flatMap((id) =>
    rowsOf(table, id).flatMap(([name, row]) =>
      placesOf(row.policy).flatMap((place) =>
        callers.flatMap((caller): Cell[] => {
          const word = wordFor(row.policy, place, caller)
          if (word === '.') return []
          const where = place === '-' ? '' : ` in ${place}`
          return [
            {
              name: `${name}${where} by ${caller}`,
              id,
              row,
              caller,
              place,
              allowed: word === 'yes',
              expected: word === 'yes' ? row.answer : words[word],
            },
          ]
        }),
      ),
    ),
  )
}

const operationCells = cellsOf(operationRows, operationIds)
const commandCells = cellsOf(commandRows, commandTypes)

// Refusals first: what is let in leaves work behind, exports for example, that stores something.
describe('the authorisation matrix', { timeout: 60_000 }, () => {
  it('has a row for every operation and every command of the documents, and no other', () => {
    expect(Object.keys(operationRows).toSorted()).toEqual(operationIds.toSorted())
    expect(Object.keys(commandRows).toSorted()).toEqual(commandTypes.toSorted())
  })

  it('has an answer in every cell, and no other', () => {
    expect(shape.columns).toEqual(callers)
    const expected = policies.flatMap((policy) =>
      placesOf(policy).map((place) => ({ name: `${policy} ${place}`, words: callers.length })),
    )
    expect(shape.lines.map(({ name, words }) => ({ name, words: words.length }))).toEqual(expected)
  })

  it('has each policy in use, and names what is public and what is for administrators as it is declared', () => {
    const used = new Set<Policy>(
      [...Object.values(operationRows), ...Object.values(commandRows)]
        .flat()
        .map(({ policy }) => policy),
    )
    expect([...used].toSorted()).toEqual([...policies].toSorted())
    const accessOf: Partial<Record<Policy, string>> = {
      everyone: 'public',
      administration: 'admin',
    }
    for (const { id, access } of operations) {
      const found = rowsOf(operationRows, id).map(([, { policy }]) => accessOf[policy] ?? 'user')
      expect([id, [...new Set(found)]]).toEqual([id, [access]])
    }
  })

  it('HTTP: whoever may not is told so, learns nothing, and changes nothing', async () => {
    await expectRefusals(operationCells, askOperation)
  })

  it('socket: whoever may not is told so, learns nothing, and changes nothing', async () => {
    await expectRefusals(commandCells, askCommand)
  })

  it('HTTP: whoever may is let in', async () => {
    await expectAdmissions(operationCells, askOperation)
  })

  it('socket: whoever may is let in', async () => {
    await expectAdmissions(commandCells, askCommand)
  })
})

type Ask = (cell: Cell, scene: Scene, input: Input) => Promise<{ answer: string; text: string }>

/** Nothing is stored by whoever may not, nor is she told what only members read. */
async function expectRefusals(all: readonly Cell[], ask: Ask): Promise<void> {
  const refused = await prepared(all.filter(({ allowed }) => !allowed))
  const before = await world.stored()
  await expectAnswers(refused, async (...asked) => {
    const { answer, text } = await ask(...asked)
    const told = secretWords.find((word) => text.includes(word))
    return { answer: told === undefined ? answer : `${answer}, and tells of "${told}"`, text }
  })
  expect(await world.stored()).toBe(before)
}

async function expectAdmissions(all: readonly Cell[], ask: Ask): Promise<void> {
  await expectAnswers(await prepared(all.filter(({ allowed }) => allowed)), ask)
}

/** Asks in all these cells; the differences, if any, are told by the cells' names. */
async function expectAnswers(asked: readonly Prepared[], ask: Ask): Promise<void> {
  const found = await inChunks(asked, async ({ cell, scene, input }) => {
    const { answer } = await ask(cell, scene, input)
    return [cell.name, answer]
  })
  const expected = asked.map(({ cell: { name, expected } }) => [name, expected])
  expect(expected.length).toBeGreaterThan(0)
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected))
}

interface Prepared {
  cell: Cell
  scene: Scene
  input: Input
}

function prepared(cells: readonly Cell[]): Promise<Prepared[]> {
  return inChunks(cells, async (cell) => {
    const scene = await sceneFor(cell)
    return { cell, scene, input: (await cell.row.input?.(scene)) ?? {} }
  })
}

const onMessages = new Set<Policy>(['read', 'write', "edit-another's", "delete-another's"])

/** What only reads, or is refused, shares its scene with others. */
function sceneFor({ id, row: { policy }, caller, place, allowed }: Cell): Promise<Scene> {
  const isRead = operations.some((one) => one.id === id && one.method === 'GET')
  const forAdmins = policy === 'administration'
  if (!allowed || isRead || policy === 'everyone') return world.shared(caller, place, forAdmins)
  if (place !== '-' && onMessages.has(policy)) return world.withMessages(caller, place)
  return world.fresh(caller, place, forAdmins)
}

async function askOperation({ id }: Cell, scene: Scene, input: Input) {
  const operation = operations.find((one) => one.id === id)
  if (!operation) throw new Error(`there is no operation ${id}`)
  const { caller, room, token, ownSeq, app } = scene
  const values = { roomId: room.id, userId: caller.userId, seq: `${ownSeq}`, ...input.values }
  const query = new URLSearchParams(input.query).toString()
  const example = exampleOf(operation)
  const payload = example && withPassword({ ...(input.body ?? example) }, example, caller.password)
  const response = await app.server.inject({
    method: operation.method,
    url: `${fill(operation.path, { ...anyIds, ...values })}?${query}`,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...input.headers,
    },
    ...(payload && { payload }),
  })
  const text = response.body
  const code = response.statusCode < 400 ? '' : response.json<{ code: string }>().code
  return { answer: `${response.statusCode} ${code}`.trim(), text }
}

const nowhere = '01890a5d-ac96-774b-bcce-b302099a8057'
const anyIds = {
  sessionId: nowhere,
  tokenId: nowhere,
  passkeyId: nowhere,
  invitationId: nowhere,
  identityId: nowhere,
}

function withPassword(body: object, example: object, currentPassword: string): object {
  return 'currentPassword' in example ? { ...body, currentPassword } : body
}

/** Over a socket of the caller's; what is said behind a refused hello is answered with it. */
async function askCommand({ id: type }: Cell, scene: Scene, { body = {} }: Input) {
  const { token } = scene
  const isHello = type === 'hello'
  if (!isHello && token === scene.caller.token) {
    return answerOf(await (await socketOf(scene)).ask(type, body), [])
  }
  const socket = await RawSocket.open(world.url)
  if (token !== undefined && !isHello) socket.say({ id: 0, type: 'hello', token })
  const said = isHello ? { token: token ?? 'nothing' } : body
  const reply = await socket.ask(type, said).catch(() => undefined)
  const first = reply ?? socket.frames[0] ?? {}
  await socket.end()
  return answerOf(first, socket.frames)
}

/** One for each person. */
function socketOf({ caller: { userId, token } }: Scene): Promise<RawSocket> {
  const known = sockets.get(userId) ?? RawSocket.ready(world.url, token)
  sockets.set(userId, known)
  return known
}

function answerOf({ ok, error }: RawFrame, all: readonly RawFrame[]) {
  const refusal = Object.values(words).find((word) => word.endsWith(` ${error?.code}`))
  const answer = ok === true ? 'ok' : (refusal ?? error?.code ?? 'no answer')
  return { answer, text: JSON.stringify([error, ...all]) }
}

async function inChunks<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const found: R[] = []
  for (let at = 0; at < all.length; at += 16) {
    found.push(...(await Promise.all(all.slice(at, at + 16).map(work))))
  }
  return found
}

function idsIn(paths: unknown): string[] {
  return Object.values(Object(paths)).flatMap((item) =>
    Object.values(Object(item)).flatMap((operation) => {
      const { operationId } = Object(operation)
      return typeof operationId === 'string' ? [operationId] : []
    }),
  )
}

/** What clients may send: the document titles these operations by their type. */
function typesIn({ operations }: JsonObject): string[] {
  return Object.values(Object(operations)).flatMap((operation) => {
    const { action, title } = Object(operation)
    return action === 'receive' && typeof title === 'string' ? [title] : []
  })
}
