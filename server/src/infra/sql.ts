/** A statement and its parameters. With a name PostgreSQL keeps it prepared on each connection. */
export interface Sql {
  text: string
  values: unknown[]
  name?: string
}

class Fragment implements Sql {
  readonly text: string
  readonly values: unknown[]

  constructor(text: string, values: unknown[]) {
    this.text = text
    this.values = values
  }
}

/**
 * Builds a statement from a template: every value becomes a parameter, another `sql` in it
 * becomes part of the text. There is no way to put a value into the text.
 */
export function sql(parts: TemplateStringsArray, ...inserted: unknown[]): Sql {
  const values: unknown[] = []
  let text = parts[0] ?? ''
  inserted.forEach((value, at) => {
    if (value instanceof Fragment) {
      text += value.text.replaceAll(/\$(\d+)/g, (_, n: string) => `$${values.length + Number(n)}`)
      values.push(...value.values)
    } else {
      values.push(value)
      text += `$${values.length}`
    }
    text += parts[at + 1] ?? ''
  })
  return new Fragment(text, values)
}

/** The same statement under a name of its own: for hot paths whose text never varies. */
export function prepared(name: string, statement: Sql): Sql {
  return { name, text: statement.text, values: statement.values }
}

/** An array parameter of values that need no quotes (ids, numbers, times, hex digits): what the
 *  driver would make of them, without looking at every character. */
export function plainArray(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? 'null').join(',')}}`
}
