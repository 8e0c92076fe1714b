// What a request of the Bruno collection keeps of its answer, for the requests after it.
import { isObject } from '../server/src/contract/components.ts'
import type { Json, JsonObject } from '../server/src/contract/components.ts'

/** An operation of openapi.json with its place. */
export interface Operation {
  path: string
  method: string
  operation: JsonObject
}

/** Variables by name, each with the expression that reads it out of the answer. */
export function keptVariables(one: Operation, paths: ReadonlySet<string>): Map<string, string> {
  const answer = answerOf(one.operation)
  if (one.operation.operationId === 'searchUsers') {
    return new Map([['userId', 'res.body.items[0]?.id']])
  }
  return new Map([...sessionOf(answer), ...madeBy(one, answer, paths), ...roomOf(one.operation)])
}

/** Signing in, in whatever way: the tokens. */
function sessionOf({ session }: JsonObject): [string, string][] {
  if (!isObject(session) || session.accessToken === undefined) return []
  return ['accessToken', 'refreshToken']
    .filter((name) => session[name] !== undefined)
    .map((name) => [name, `res.body.session.${name}`])
}

/** What is made at /things can be named at /things/{thingId}. */
function madeBy(
  { method, path }: Operation,
  answer: JsonObject,
  paths: ReadonlySet<string>,
): [string, string][] {
  const start = `${path}/{`
  const inner = [...paths].find((other) => other.startsWith(start))
  const name = inner?.slice(start.length).split('}')[0]
  if (method !== 'post' || name === undefined) return []
  const where = placeOf(name in answer ? name : 'id', answer)
  return where === undefined ? [] : [[name, `res.body.${where}`]]
}

/** `id`, or `thing.id` where the answer holds it one deeper. */
function placeOf(key: string, answer: JsonObject): string | undefined {
  if (key in answer) return key
  const [outer] = Object.entries(answer).find(([, value]) => isObject(value) && key in value) ?? []
  return outer === undefined ? undefined : `${outer}.${key}`
}

/** Whatever answers one room leads into it. */
function roomOf(operation: JsonObject): [string, string][] {
  const isRoom = mediaOf(operation).some(
    ({ schema }) => isObject(schema) && schema.$ref === '#/components/schemas/Room',
  )
  return isRoom ? [['roomId', 'res.body.id']] : []
}

function answerOf(operation: JsonObject): JsonObject {
  return (
    mediaOf(operation)
      .map(({ example }) => example)
      .find(isExample) ?? {}
  )
}

function isExample(value: Json | undefined): value is JsonObject {
  return isObject(value)
}

/** The JSON contents of an operation's successes. */
function mediaOf({ responses }: JsonObject): JsonObject[] {
  return Object.entries(isObject(responses) ? responses : {}).flatMap(([status, response]) => {
    const content = status.startsWith('2') && isObject(response) ? response.content : null
    const media = isObject(content) ? content['application/json'] : null
    return isObject(media) ? [media] : []
  })
}
