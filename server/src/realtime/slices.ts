/** Whether what has this name is due in this slice of so many: the same one each round, whoever
 *  comes and goes meanwhile. */
export function isInSlice(name: string, slice: number, slices: number): boolean {
  let hash = 0
  // The end of an id is random.
  for (let at = Math.max(0, name.length - 6); at < name.length; at++) {
    hash = hash * 31 + name.charCodeAt(at)
  }
  return hash % slices === slice
}
