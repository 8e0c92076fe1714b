import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'

interface DialogProps {
  title: string
  /** It was closed, by Escape, the cross or a click beside it. */
  onClose: () => void
  class?: string
  children: ComponentChildren
}

/** A modal dialog: it is open while it is rendered. */
export function Dialog({ title, onClose, class: more, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => ref.current?.showModal(), [])
  return (
    <dialog
      ref={ref}
      class={classes('dialog', more)}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === ref.current) ref.current?.close()
      }}
    >
      <header>
        <h2 id={titleId}>{title}</h2>
        <IconButton icon="close" label="Close" onClick={() => ref.current?.close()} />
      </header>
      <div class="content">{children}</div>
    </dialog>
  )
}
