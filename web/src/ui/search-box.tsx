import './page.css'
import { useEffect, useRef } from 'preact/hooks'
import { Icon } from './icon.tsx'

interface SearchBoxProps {
  label: string
  value: string
  onInput: (value: string) => void
  /** Where one begins to type. */
  first?: boolean
}

/** A line to search with; the arrow down leads into the list below it, see `moveThroughRows`. */
export function SearchBox({ label, value, onInput, first }: SearchBoxProps) {
  const ref = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // On a touch screen it would bring the keyboard up, over what is there to see.
    const types = matchMedia('(pointer: fine)').matches
    if (first && types) ref.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div class="search-box" role="search">
      <Icon name="search" />
      <input
        ref={ref}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        maxLength={100}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  )
}

/** Arrow keys from the search box into the rows and through them, and back: for the element that
 *  holds both. Rows are found by `.row-button`, or by the button marked `.stop`. */
export function moveThroughRows(event: KeyboardEvent): void {
  const { currentTarget: around, target, key } = event
  if (!(around instanceof HTMLElement) || !(target instanceof HTMLElement)) return
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return
  const box = around.querySelector<HTMLElement>('input[type=search]')
  const stops = [
    ...(box ? [box] : []),
    ...around.querySelectorAll<HTMLElement>('.row-button, .stop'),
  ]
  const at = stops.findIndex((stop) => stop === target)
  const next = at < 0 ? undefined : stops[at + (key === 'ArrowDown' ? 1 : -1)]
  if (!next) return
  event.preventDefault()
  next.focus()
}
