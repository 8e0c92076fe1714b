import { useRef, useState } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { Button } from './button.tsx'
import type { ButtonProps } from './button.tsx'

/** Does something once at a time: busy meanwhile, and what goes wrong is told in a toast. */
export function useAction(work: () => Promise<unknown>): { busy: boolean; run: () => void } {
  const { toasts } = useParley()
  const [busy, setBusy] = useState(false)
  const running = useRef(false)
  const run = (): void => {
    if (running.current) return
    running.current = true
    setBusy(true)
    work()
      .catch(toasts.failed)
      .finally(() => {
        running.current = false
        setBusy(false)
      })
  }
  return { busy, run }
}

type ActionButtonProps = Omit<ButtonProps, 'onClick' | 'busy'> & {
  onAction: () => Promise<unknown>
}

/** A button that waits for what it began. */
export function ActionButton({ onAction, ...rest }: ActionButtonProps) {
  const { busy, run } = useAction(onAction)
  return <Button {...rest} busy={busy} onClick={run} />
}
