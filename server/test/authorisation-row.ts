/** What a row of the authorisation matrix is made with. */
import type { Policy, roomPolicies } from './authorisation-table.ts'
import type { Scene } from './authorisation-world.ts'

export interface Input {
  /** Of the path. */
  values?: Record<string, string>
  query?: Record<string, string>
  body?: object
  headers?: Record<string, string>
}
export type MakeInput = (scene: Scene) => Input | Promise<Input>

export interface Row {
  policy: Policy
  answer: string
  input?: MakeInput
  /** Tells the rows of one operation apart. */
  what?: string
}

const row =
  (policy: Policy) =>
  (answer: string, input?: MakeInput, what?: string): Row => ({
    policy,
    answer,
    ...(input && { input }),
    ...(what !== undefined && { what }),
  })
export const everyone = row('everyone')
export const signedIn = row('signed-in')
export const anothers = row("another's")
export const administration = row('administration')
export const inRoom = (
  policy: (typeof roomPolicies)[number],
  answer: string,
  input?: MakeInput,
  what?: string,
): Row => row(policy)(answer, input, what)

export type Rows = Record<string, Row | Row[]>

/** The rows of one operation, by the name a cell is told by. */
export function rowsOf(table: Rows, id: string): [string, Row][] {
  const known = table[id]
  if (!known) return []
  const rows = Array.isArray(known) ? known : [known]
  return rows.map((one) => [one.what === undefined ? id : `${id} (${one.what})`, one])
}
