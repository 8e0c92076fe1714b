/** How a table of the list of personal data is declared. */

/** Says something of a person: what, and what the deletion of her account does with it. */
interface PersonalColumn {
  what: string
  erase: string
  exported: boolean
}

/** Says nothing of anybody by itself: ids, times, numbers. */
interface ImpersonalColumn {
  what: null
  exported: boolean
}

export interface Table {
  /** What the export calls its rows; without one none are exported. */
  section?: string
  /** Which rows `t` are hers: $1 is her id. */
  whose?: string
  /** What else the export says of each row, as SQL. */
  also?: Readonly<Record<string, string>>
  columns: Readonly<Record<string, PersonalColumn | ImpersonalColumn>>
}

export const personal = (what: string, erase: string): PersonalColumn => ({
  what,
  erase,
  exported: true,
})
/** Of use to whoever could sign in with it, and to nobody else: never exported. */
export const secret = (what: string, erase: string): PersonalColumn => ({
  what,
  erase,
  exported: false,
})
/** Goes along in the export: it helps to read the rest. */
export const plain: ImpersonalColumn = { what: null, exported: true }
/** The server's own. */
export const internal: ImpersonalColumn = { what: null, exported: false }

/** What the deletion of her account does. */
export const gone = 'the row goes'
export const emptied = 'emptied'
