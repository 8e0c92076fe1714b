import { takesPasswords } from '../../state/page-settings.ts'
import { useParley } from '../../state/parley.ts'
import { Field } from '../../ui/form.tsx'

/** Where one types a code of the authenticator. */
export function CodeField({ hint, first = false }: { hint?: string; first?: boolean }) {
  return (
    <Field
      label="Code"
      name="code"
      hint={hint ?? 'Six digits of your authenticator app, or a recovery code.'}
      autocomplete="one-time-code"
      minLength={6}
      maxLength={40}
      required
      first={first}
    />
  )
}

/** Where one says once more who one is; whoever has no password is asked for nothing. */
export function PasswordField({ first = false }: { first?: boolean }) {
  const { me } = useParley()
  if (!takesPasswords() || me.value?.hasPassword === false) return null
  return (
    <Field
      label="Your password"
      name="currentPassword"
      type="password"
      autocomplete="current-password"
      required
      first={first}
    />
  )
}
