import type { ComponentChildren, JSX } from 'preact'
import { classes } from './classes.ts'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

export type ButtonProps = Omit<
  JSX.IntrinsicElements['button'],
  'class' | 'aria-label' | 'title'
> & {
  class?: string
  title?: string
  /** `primary`: the one thing to do here; `danger`: cannot be undone; `quiet`: without a border. */
  look?: 'primary' | 'danger' | 'quiet'
  /** What was asked for is being done. */
  busy?: boolean
  children?: ComponentChildren
}

/** While busy it stays where the focus is, and does nothing. */
export function Button({ look, busy = false, children, class: more, ...rest }: ButtonProps) {
  const waiting = busy && { 'aria-disabled': true, 'aria-busy': true, onClick: stop }
  return (
    <button type="button" {...rest} class={classes('button', look, more)} {...waiting}>
      {children}
    </button>
  )
}

function stop(event: Event): void {
  event.preventDefault()
}

type IconButtonProps = Omit<ButtonProps, 'children' | 'label'> & { icon: IconName; label: string }

/** A button that shows only a picture; `label` is its name and its tooltip. */
export function IconButton({ icon, label, class: more, ...rest }: IconButtonProps) {
  return (
    <Button look="quiet" {...rest} class={classes('icon-button', more)} title={label}>
      <Icon name={icon} />
      <span class="hidden-visually">{label}</span>
    </Button>
  )
}
