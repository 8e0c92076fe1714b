import { ParleyError } from '@parley/client'
import { createContext } from 'preact'
import type { ComponentChildren, JSX } from 'preact'
import { useContext, useEffect, useId, useRef, useState } from 'preact/hooks'
import { sentence } from '../state/toasts.ts'
import { Button } from './button.tsx'
import type { ButtonProps } from './button.tsx'
import { classes } from './classes.ts'

interface FormState {
  busy: boolean
  error: ParleyError | undefined
}

const FormContext = createContext<FormState>({ busy: false, error: undefined })

interface FormProps {
  /** Gets the fields by name. What it throws is shown: at the field the server names, else below. */
  onSubmit: (fields: Record<string, string>) => Promise<unknown>
  class?: string
  children: ComponentChildren
}

/** A form that waits for what it asked for, and shows what went wrong. */
export function Form({ onSubmit, class: more, children }: FormProps) {
  const [state, setState] = useState<FormState>({ busy: false, error: undefined })
  const ref = useRef<HTMLFormElement>(null)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (state.busy || !ref.current) return
    setState({ busy: true, error: undefined })
    try {
      await onSubmit(textsOf(new FormData(ref.current)))
      setState({ busy: false, error: undefined })
    } catch (error) {
      setState({ busy: false, error: error instanceof ParleyError ? error : undefined })
      if (!(error instanceof ParleyError)) throw error
    }
  }
  return (
    <FormContext.Provider value={state}>
      <form ref={ref} class={classes('form', more)} onSubmit={(event) => void submit(event)}>
        {children}
        <div role="alert">
          {state.error && !isSaidAtFields(state.error, ref.current) && (
            <p class="form-error">{sentence(state.error)}</p>
          )}
        </div>
      </form>
    </FormContext.Provider>
  )
}

/** Every part that was refused has a field here, which says so. */
function isSaidAtFields({ errors = [] }: ParleyError, form: HTMLFormElement | null): boolean {
  const fields = errors.map(({ pointer }) => form?.elements.namedItem(pointer.slice(1)))
  return fields.length > 0 && fields.every((field) => field !== null && field !== undefined)
}

/** What the server says of a field. */
export function useFault(name: string): string | undefined {
  const { error } = useContext(FormContext)
  const fault = error?.errors?.find(({ pointer }) => pointer === `/${name}`)
  return fault && sentence({ message: fault.detail })
}

function textsOf(data: FormData): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [name, value] of data) if (typeof value === 'string') fields[name] = value
  return fields
}

type InputProps = JSX.IntrinsicElements['input']

interface FieldProps extends Pick<
  InputProps,
  | 'value'
  | 'required'
  | 'autocomplete'
  | 'autocapitalize'
  | 'pattern'
  | 'minLength'
  | 'maxLength'
  | 'min'
  | 'max'
  | 'placeholder'
  | 'inputMode'
> {
  label: string
  /** As the server points at it: `email`, `fields/website`. */
  name: string
  type?: 'text' | 'email' | 'password' | 'search' | 'url' | 'number' | 'datetime-local'
  /** What helps to fill it in. */
  hint?: string
  /** Where one begins to type. */
  first?: boolean
}

/** One line of text with its label; shows what the server says of it. */
export function Field({ label, hint, name, type = 'text', first, value, ...rest }: FieldProps) {
  const id = useId()
  const ref = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (first) ref.current?.focus()
  }, [])
  const fault = useFault(name)
  const said = fault ?? hint
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...rest}
        // Preact types attributes by the type; those above are the same for all of these.
        {...({ type } as { type: 'text' })}
        ref={ref}
        id={id}
        name={name}
        // It begins with it; what is typed stays when the form is drawn again.
        defaultValue={value}
        aria-invalid={fault !== undefined}
        aria-describedby={said && `${id}-said`}
      />
      {said && (
        <p id={`${id}-said`} class={fault ? 'fault' : 'hint'}>
          {said}
        </p>
      )}
    </div>
  )
}

type SubmitProps = Omit<ButtonProps, 'type' | 'busy'>

/** The button of a form. */
export function Submit({ look = 'primary', ...rest }: SubmitProps) {
  const { busy } = useContext(FormContext)
  return <Button {...rest} type="submit" look={look} busy={busy} />
}
