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

/** Where one says once more who one is. */
export function PasswordField({ first = false }: { first?: boolean }) {
  return (
    <Field
      label="Your password"
      name="currentPassword"
      type="password"
      hint="Leave it empty if your account has none."
      autocomplete="current-password"
      first={first}
    />
  )
}
