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
  const pressed = useRef<EventTarget | null>(null)
  useEffect(() => {
    const opener = document.activeElement
    ref.current?.showModal()
    return () => {
      // Closed by itself it does this too; taken out of the page it does not.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  return (
    <dialog
      ref={ref}
      class={classes('dialog', more)}
      aria-labelledby={titleId}
      onClose={onClose}
      // A text that is marked from the inside out must not close it.
      onPointerDown={(event) => (pressed.current = event.target)}
      onClick={(event) => {
        const beside = event.target === ref.current && pressed.current === ref.current
        if (beside) ref.current?.close()
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
