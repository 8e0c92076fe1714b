import './page.css'
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { classes } from './classes.ts'
import { useFault } from './form.tsx'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

interface TextAreaProps {
  label: string
  name: string
  value?: string
  hint?: string
  maxLength?: number
  placeholder?: string
}

/** Several lines of text; grows with them. */
export function TextArea({ label, hint, name, value, ...rest }: TextAreaProps) {
  const id = useId()
  const fault = useFault(name)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        {...rest}
        id={id}
        name={name}
        defaultValue={value}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-said`}
      />
      <Said id={`${id}-said`} fault={fault} hint={hint} />
    </div>
  )
}

interface SelectProps<T extends string> {
  label: string
  name: string
  value?: T
  hint?: string
  /** What is chosen, and how it is called. */
  options: readonly (readonly [value: T, label: string])[]
  onChange?: (value: T) => void
}

/** One of a list. */
export function Select<T extends string>(props: SelectProps<T>) {
  const { label, hint, name, value, options, onChange } = props
  const id = useId()
  const fault = useFault(name)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        name={name}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-said`}
        onChange={(event) => {
          const chosen = options[event.currentTarget.selectedIndex]
          if (chosen) onChange?.(chosen[0])
        }}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
      <Said id={`${id}-said`} fault={fault} hint={hint} />
    </div>
  )
}

function Said({ id, fault, hint }: { id: string; fault?: string; hint?: string }) {
  const said = fault ?? hint
  if (!said) return null
  return (
    <p id={id} class={fault ? 'fault' : 'hint'}>
      {said}
    </p>
  )
}

interface ChoicesProps<T extends string> {
  legend: string
  name: string
  value: T
  options: readonly { value: T; label: string; about?: string; icon?: IconName }[]
  onChange?: (value: T) => void
  /** Beside each other instead of below. */
  tiles?: boolean
}

/** One of a few, all to be seen at once. */
export function Choices<T extends string>({
  legend,
  name,
  value,
  options,
  onChange,
  tiles = false,
}: ChoicesProps<T>) {
  return (
    <fieldset class={classes('choices', tiles && 'tiles')}>
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            defaultChecked={option.value === value}
            onChange={() => onChange?.(option.value)}
          />
          {option.icon && <Icon name={option.icon} />}
          <span>
            <strong>{option.label}</strong>
            {option.about && <small>{option.about}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

interface CheckProps {
  name: string
  value?: string
  checked?: boolean
  onChange?: (checked: boolean) => void
  children: ComponentChildren
}

/** A box to tick. */
export function Check({ name, value = 'on', checked, onChange, children }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        name={name}
        value={value}
        defaultChecked={checked}
        onChange={(event) => onChange?.(event.currentTarget.checked)}
      />
      <span>{children}</span>
    </label>
  )
}
