import { useParley } from '../state/parley.ts'
import { IconButton } from './button.tsx'

/** Short news at the edge of the window. */
export function Toasts() {
  const { toasts } = useParley()
  return (
    <div class="toasts" role="status">
      {toasts.list.value.map(({ id, text, kind }) => (
        <p key={id} data-kind={kind}>
          <span>{text}</span>
          <IconButton icon="close" label="Dismiss" onClick={() => toasts.close(id)} />
        </p>
      ))}
    </div>
  )
}
