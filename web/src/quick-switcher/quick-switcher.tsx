import { useEffect } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { lazyDialog } from '../ui/lazy.tsx'
import type { Overlay } from '../state/overlay.ts'

const SwitcherDialog = lazyDialog(() =>
  import('./switcher-dialog.tsx').then((m) => m.SwitcherDialog),
)
const KeyboardHelp = lazyDialog(() => import('./keyboard-help.tsx').then((m) => m.KeyboardHelp))
const CreateRoomDialog = lazyDialog(() =>
  import('../create-room/create-room-dialog.tsx').then((m) => m.CreateRoomDialog),
)

/** Ctrl+K, or ⌘K, goes anywhere; ? tells all keys. */
export function QuickSwitcher() {
  const { overlay } = useParley()
  const open = overlay.value
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const asked = overlayOf(event)
      if (!asked || document.querySelector('dialog[open]')) return
      event.preventDefault()
      overlay.value = asked
    }
    document.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('keydown', onKey)
      close() // the next person must not find it open
    }
  }, [])
  function close(): void {
    overlay.value = undefined
  }
  const show = (next: Overlay): void => void (overlay.value = next)
  if (open === 'switcher') return <SwitcherDialog onClose={close} onOpen={show} />
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
