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
  useEffect(() => {
    if (!open) return
    itemsIn(ref.current)[0]?.focus()
    const elsewhere = (event: Event): void => {
      if (!(event.target instanceof Node && ref.current?.contains(event.target))) setOpen(false)
    }
    document.addEventListener('pointerdown', elsewhere)
    return () => document.removeEventListener('pointerdown', elsewhere)
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
