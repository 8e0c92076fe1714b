// What a request of the Bruno collection carries.
import type { BrunoRequest } from '@usebruno/lang'
import { isObject } from '../server/src/contract/components.ts'
import type { Json, JsonObject } from '../server/src/contract/components.ts'

interface Body {
  mode: string
  body?: BrunoRequest['body']
}

/** The body of an operation: its example, or a form with a file to choose. */
export function brunoBody({ requestBody }: JsonObject): Body {
  const content = isObject(requestBody) && isObject(requestBody.content) ? requestBody.content : {}
  const json = content['application/json']
  if (isObject(json)) return { mode: 'json', body: { json: jsonBody(json.example ?? {}) } }
  const form = content['multipart/form-data']
  if (isObject(form)) return { mode: 'multipartForm', body: { multipartForm: formFields(form) } }
  return { mode: 'none' }
}

/** Fields Bruno fills in when it sends: a new `clientId` each time, and what earlier answers kept. */
const filled: Record<string, string> = {
  clientId: '{{$randomUUID}}',
  refreshToken: '{{refreshToken}}',
  seq: '{{seq}}',
}

function jsonBody(example: Json): string {
  const fields = isObject(example)
    ? Object.fromEntries(Object.entries(example).map(([key, value]) => [key, filled[key] ?? value]))
    : example
  // A number's variable stands without quotes.
  return JSON.stringify(fields, null, 2).replaceAll('"{{seq}}"', '{{seq}}')
}

function formFields({ schema }: JsonObject) {
  const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {}
  return Object.keys(properties).map((name) => ({ name, type: 'file', value: [], enabled: true }))
}
