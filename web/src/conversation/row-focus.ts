/** Arrow keys move between the messages of the list, Escape leads back to where one writes. */
export function moveBetweenRows(event: KeyboardEvent): void {
  const list = event.currentTarget
  if (!(list instanceof HTMLElement)) return
  const rows = [...list.querySelectorAll<HTMLElement>('article.message')]
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  const isInside = at !== -1 || event.target === list.querySelector('[role=log]')
  if (!isInside) return
  if (event.key === 'Escape') {
    document.querySelector<HTMLElement>('.composer textarea')?.focus()
    return
  }
  const next = at === -1 ? lastInView(rows, list) : at + (event.key === 'ArrowUp' ? -1 : 1)
  const to = { ArrowUp: next, ArrowDown: next, Home: 0, End: rows.length - 1 }[event.key]
  if (to === undefined) return
  event.preventDefault()
  rows[to]?.focus()
}

/** Where one begins who comes from outside. */
function lastInView(rows: readonly HTMLElement[], list: HTMLElement): number {
  const { bottom } = list.getBoundingClientRect()
  const last = rows.findLastIndex((row) => row.getBoundingClientRect().bottom <= bottom + 1)
  return Math.max(0, last)
}
