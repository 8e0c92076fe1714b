/** Arrow keys move between the messages of the list, one of which has the focus. */
export function moveBetweenRows(event: KeyboardEvent): void {
  const list = event.currentTarget
  const { activeElement } = document
  if (!(list instanceof Element) || !activeElement?.matches('article.message')) return
  const rows = [...list.querySelectorAll<HTMLElement>('article.message')]
  const at = rows.findIndex((row) => row === activeElement)
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key]
  if (to === undefined) return
  event.preventDefault()
  rows[to]?.focus()
}
