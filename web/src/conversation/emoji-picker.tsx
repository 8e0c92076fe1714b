import './emoji-picker.css'
import { useEffect, useRef, useState } from 'preact/hooks'
import { emojiGroups } from './emoji-list.ts'
import type { EmojiGroup } from './emoji-list.ts'

interface EmojiPickerProps {
  onPick: (emoji: string) => void
  onClose: () => void
}

/** A panel over the composer; stays open for more than one, Escape or a click elsewhere closes it. */
export function EmojiPicker({ onPick, onClose }: EmojiPickerProps) {
  const [query, setQuery] = useState('')
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    ref.current?.querySelector('input')?.focus()
    const elsewhere = (event: Event): void => {
      const { target } = event
      if (target instanceof Element && !target.closest('.writing')) onClose()
    }
    document.addEventListener('pointerdown', elsewhere)
    return () => document.removeEventListener('pointerdown', elsewhere)
  }, [])
  const groups = found(query.trim().toLowerCase())
  return (
    <div
      ref={ref}
      class="emoji-picker"
      role="dialog"
      aria-label="Emoji"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
        else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
          const first = groups[0]?.emoji[0]
          if (first) onPick(first.char)
        } else return
        event.preventDefault()
      }}
    >
      <input
        type="search"
        placeholder="Search emoji"
        aria-label="Search emoji"
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <div class="groups">
        {groups.map(({ name, emoji }) => (
          <section key={name} aria-label={name}>
            <h2>{name}</h2>
            <div class="grid">
              {emoji.map(({ char, words }) => (
                <button
                  key={char}
                  type="button"
                  aria-label={words}
                  title={words}
                  onClick={() => onPick(char)}
                >
                  {char}
                </button>
              ))}
            </div>
          </section>
        ))}
        {groups.length === 0 && <p class="hint">Nothing is called so.</p>}
      </div>
    </div>
  )
}

function found(query: string): readonly EmojiGroup[] {
  if (query === '') return emojiGroups
  return emojiGroups
    .map(({ name, emoji }) => ({ name, emoji: emoji.filter(({ words }) => words.includes(query)) }))
    .filter(({ emoji }) => emoji.length > 0)
}
