import './quick-switcher.css'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { Dialog } from '../ui/dialog.tsx'
import { useDestinations } from './destinations.tsx'
import type { Destination } from './destinations.tsx'
import type { Overlay } from '../state/overlay.ts'

interface SwitcherDialogProps {
  onClose: () => void
  /** Shows something else instead. */
  onOpen: (overlay: Overlay) => void
}

/** Goes anywhere by a few letters: arrow keys choose, Enter goes. */
export function SwitcherDialog({ onClose, onOpen }: SwitcherDialogProps) {
  const id = useId()
  const ref = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const offered = useDestinations(text, onOpen)
  const chosen = Math.min(at, offered.length - 1)
  useEffect(() => ref.current?.focus(), [])
  const go = (destination: Destination | undefined): void => {
    if (!destination) return
    onClose()
    destination.go()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const { key, isComposing } = event
    if (key === 'ArrowDown') setAt((chosen + 1) % offered.length)
    else if (key === 'ArrowUp') setAt((chosen - 1 + offered.length) % offered.length)
    else if (key === 'Enter' && !isComposing) go(offered[chosen])
    else return
    event.preventDefault()
  }
  return (
    <Dialog title="Go to" onClose={onClose} class="switcher">
      <input
        ref={ref}
        role="combobox"
        aria-label="Room, person or page"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
        placeholder="Room, person or page"
        autocomplete="off"
        spellcheck={false}
        maxLength={100}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <ul role="listbox" id={`${id}-list`} aria-label="Where to go">
        {offered.map((destination, index) => (
          <Option
            key={destination.key}
            id={`${id}-${index}`}
            destination={destination}
            chosen={index === chosen}
            onGo={() => go(destination)}
          />
        ))}
      </ul>
      <p class="hint" role="status">
        {offered.length === 0 && 'Nothing by that name.'}
      </p>
    </Dialog>
  )
}

interface OptionProps {
  id: string
  destination: Destination
  chosen: boolean
  onGo: () => void
}

function Option({ id, destination: { name, about, picture }, chosen, onGo }: OptionProps) {
  const ref = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (chosen) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    <li ref={ref} id={id} role="option" aria-selected={chosen} onClick={onGo}>
      {picture}
      <strong dir="auto">{name}</strong>
      <small>{about}</small>
    </li>
  )
}
