import { useState } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { Field, Form, Submit } from '../ui/form.tsx'

/** Asks for the mail that lets one choose a new password. The answer does not tell whether there
 *  is such an account. */
export function ForgotPasswordForm() {
  const { client } = useParley()
  const [sent, setSent] = useState(false)
  const ask = async ({ email = '' }: Record<string, string>): Promise<void> => {
    await client.publicHttp.POST('/v1/auth/password-reset', { body: { email } })
    setSent(true)
  }
  return (
    <>
      <h1>Forgot your password?</h1>
      {sent ? (
        <p role="status">
          If there is an account with this address, a link is on its way. It works for an hour.
        </p>
      ) : (
        <Form onSubmit={ask}>
          <Field
            label="E-mail"
            name="email"
            type="email"
            hint="You get a link to choose a new password."
            autocomplete="email"
            required
            first
          />
          <Submit>Send the link</Submit>
        </Form>
      )}
      <p class="others">
        <a href="/sign-in">Back to the sign-in</a>
      </p>
    </>
  )
}
