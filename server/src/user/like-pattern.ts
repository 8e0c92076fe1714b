/** LIKE patterns in which what a person typed stands for itself. */
export function startingWith(term: string): string {
  return `${escaped(term)}%`
}

export function containing(term: string): string {
  return `%${escaped(term)}%`
}

function escaped(term: string): string {
  return term.replaceAll(/[\\%_]/g, String.raw`\$&`)
}
