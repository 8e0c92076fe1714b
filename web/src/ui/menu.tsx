import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

interface MenuProps {
  /** What the button that opens it is called. */
  label: string
  icon?: IconName
  class?: string
  children: ComponentChildren
}

/** A button with a menu of `MenuItem`s: arrow keys move, Escape and a click elsewhere close. */
export function Menu({ label, icon = 'more', class: more, children }: MenuProps) {
  const [open, setOpen] = useState(false)
  const ref = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open) return
    if (ref.current && list.current) place(list.current, ref.current)
    itemsIn(ref.current)[0]?.focus()
    const elsewhere = (event: Event): void => {
      if (!(event.target instanceof Node && ref.current?.contains(event.target))) setOpen(false)
    }
    const leave = (): void => setOpen(false)
    document.addEventListener('pointerdown', elsewhere)
    window.addEventListener('resize', leave)
    return () => {
      document.removeEventListener('pointerdown', elsewhere)
      window.removeEventListener('resize', leave)
    }
  }, [open])
  const close = (): void => {
    setOpen(false)
    ref.current?.querySelector('button')?.focus()
  }
  return (
    <div ref={ref} class={classes('menu', more)} data-open={open}>
      <IconButton
        icon={icon}
        label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <div
          ref={list}
          popover="manual"
          role="menu"
          aria-label={label}
          onClick={close}
          onKeyDown={(event) => {
            if (event.key === 'Escape') close()
            else if (!moveFocus(ref.current, event.key)) return
            event.preventDefault()
            event.stopPropagation()
          }}
        >
          {children}
        </div>
      )}
    </div>
  )
}

interface MenuItemProps {
  icon?: IconName
  danger?: boolean
  onSelect: () => void
  children: ComponentChildren
}

export function MenuItem({ icon, danger = false, onSelect, children }: MenuItemProps) {
  return (
    <button type="button" role="menuitem" tabIndex={-1} data-danger={danger} onClick={onSelect}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  )
}

/** Above everything, so that nothing cuts it off: below its button, or above it where there is more
 *  room. */
function place(list: HTMLElement, button: HTMLElement): void {
  list.showPopover()
  const { top, bottom, right } = button.getBoundingClientRect()
  const { width, height } = list.getBoundingClientRect()
  const fits = bottom + height + edge <= innerHeight || top < innerHeight / 2
  list.style.top = `${fits ? bottom + 4 : Math.max(edge, top - height - 4)}px`
  list.style.left = `${Math.max(edge, right - width)}px`
}

/** How far it stays from the edges of the window, in pixels. */
const edge = 8

function itemsIn(menu: Element | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
}

function moveFocus(menu: Element | null, key: string): boolean {
  const items = itemsIn(menu)
  const at = items.findIndex((item) => item === document.activeElement)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[key]
  if (to === undefined) return false
  items.at(to % items.length)?.focus()
  return true
}
