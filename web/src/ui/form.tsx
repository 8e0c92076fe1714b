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
          {state.error && !state.error.errors?.length && (
            <p class="form-error">{sentence(state.error)}</p>
          )}
        </div>
      </form>
    </FormContext.Provider>
  )
}

function textsOf(data: FormData): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [name, value] of data) if (typeof value === 'string') fields[name] = value
  return fields
}

type InputProps = JSX.IntrinsicElements['input']

interface FieldProps extends Pick<
  InputProps,
  'value' | 'required' | 'autocomplete' | 'autocapitalize' | 'pattern' | 'minLength' | 'maxLength'
> {
  label: string
  name: string
  type?: 'text' | 'email' | 'password' | 'search' | 'url'
  /** What helps to fill it in. */
  hint?: string
  /** Where one begins to type. */
  first?: boolean
}

/** One line of text with its label; shows what the server says of it. */
export function Field({ label, hint, name, type = 'text', first = false, ...rest }: FieldProps) {
  const { error } = useContext(FormContext)
  const id = useId()
  const ref = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (first) ref.current?.focus()
  }, [])
  const fault = error?.errors?.find(({ pointer }) => pointer === `/${name}`)?.detail
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
