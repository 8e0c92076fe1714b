import { useEffect, useRef } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { IconButton } from './button.tsx'

/** Short news at the edge of the window. */
export function Toasts() {
  const { toasts } = useParley()
  const list = toasts.list.value
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // Above whatever dialog is open now.
    ref.current?.hidePopover()
    if (list.length > 0) ref.current?.showPopover()
  }, [list])
  return (
    <div ref={ref} class="toasts" role="status" popover="manual">
      {list.map(({ id, text, kind }) => (
        <p key={id} data-kind={kind}>
          <span>{text}</span>
          <IconButton icon="close" label="Dismiss" onClick={() => toasts.close(id)} />
        </p>
      ))}
    </div>
  )
}
