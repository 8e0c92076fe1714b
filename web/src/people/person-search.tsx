import './people.css'
import type { PublicUser, UserSummary } from '@parley/client'
import type { ComponentChildren, TargetedKeyboardEvent } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { sentence } from '../state/toasts.ts'
import { Avatar } from '../ui/avatar.tsx'
import { usePeopleSearch } from './people-search.ts'

interface PersonSearchProps {
  label: string
  /** Who is not offered. */
  without: ReadonlySet<string>
  onPick: (user: UserSummary) => void
  hint?: string
  /** Where one begins to type. */
  first?: boolean
  /** Between the label and the line. */
  children?: ComponentChildren
}

/** Finds a person as one types: a combobox, arrow keys choose and Enter takes. */
export function PersonSearch({ label, without, onPick, hint, first, children }: PersonSearchProps) {
  const id = useId()
  const ref = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const people = usePeopleSearch(text, 20)
  const isOpen = text.trim() !== ''
  const offered = isOpen ? (people.items ?? []).filter((user) => !without.has(user.id)) : []
  useEffect(() => {
    if (first) ref.current?.focus()
  }, [])
  useEffect(() => setAt(0), [people.items])
  const pick = (user: PublicUser): void => {
    onPick(user)
    setText('')
    ref.current?.focus()
  }
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    const chosen = offered[at]
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, offered.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0))
    else if (event.key === 'Enter' && isOpen) {
      if (chosen) pick(chosen)
    } else if (event.key === 'Escape' && isOpen) setText('')
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      <input
        ref={ref}
        id={id}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={offered[at] && `${id}-${at}`}
        autocomplete="off"
        spellcheck={false}
        maxLength={100}
        placeholder="Name or username"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {isOpen && (
        <ul role="listbox" id={`${id}-list`} aria-label="People found">
          {offered.map((user, index) => (
            <Option
              key={user.id}
              id={`${id}-${index}`}
              user={user}
              chosen={index === at}
              onPick={() => pick(user)}
            />
          ))}
        </ul>
      )}
      <p class="hint" role="status">
        {isOpen && offered.length === 0 ? outcome(people) : !isOpen && hint}
      </p>
    </div>
  )
}

function outcome({ busy, error }: ReturnType<typeof usePeopleSearch>): string {
  if (error) return sentence(error)
  return busy ? 'Searching …' : 'Nobody by that name.'
}

interface OptionProps {
  id: string
  user: PublicUser
  chosen: boolean
  onPick: () => void
}

function Option({ id, user, chosen, onPick }: OptionProps) {
  const ref = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (chosen) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    <li ref={ref} id={id} role="option" aria-selected={chosen} onClick={onPick}>
      <Avatar user={user} />
      <span class="facts">
        <strong dir="auto">{user.displayName}</strong>
        <small>@{user.username}</small>
      </span>
    </li>
  )
}
