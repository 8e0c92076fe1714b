import { useEffect, useState } from 'preact/hooks'
import { lazyDialog } from '../ui/lazy.tsx'
import type { Overlay } from './overlay.ts'

const SwitcherDialog = lazyDialog(() =>
  import('./switcher-dialog.tsx').then((m) => m.SwitcherDialog),
)
const KeyboardHelp = lazyDialog(() => import('./keyboard-help.tsx').then((m) => m.KeyboardHelp))
const CreateRoomDialog = lazyDialog(() =>
  import('../create-room/create-room-dialog.tsx').then((m) => m.CreateRoomDialog),
)

/** Ctrl+K, or ⌘K, goes anywhere; ? tells all keys. */
export function QuickSwitcher() {
  const [open, setOpen] = useState<Overlay>()
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const overlay = overlayOf(event)
      if (!overlay || document.querySelector('dialog[open]')) return
      event.preventDefault()
      setOpen(overlay)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  const close = (): void => setOpen(undefined)
  if (open === 'switcher') return <SwitcherDialog onClose={close} onOpen={setOpen} />
  if (open === 'help') return <KeyboardHelp onClose={close} />
  if (open === 'create') return <CreateRoomDialog onClose={close} />
  return null
}

function overlayOf(event: KeyboardEvent): Overlay | undefined {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event
  if (altKey || event.isComposing) return undefined
  if ((ctrlKey || metaKey) && !shiftKey && key.toLowerCase() === 'k') return 'switcher'
  if (key === '?' && !ctrlKey && !metaKey && !isWriting(event.target)) return 'help'
  return undefined
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select')
}
