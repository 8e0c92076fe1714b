import { ParleyError } from '@parley/client'
import { useState } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { Field, Form, Submit } from '../ui/form.tsx'

/** A new account; where the server wants the address confirmed first, a mail says the rest. */
export function SignUpForm({ invitation }: { invitation?: string }) {
  const { client, session, router } = useParley()
  const [mailedTo, setMailedTo] = useState<string | undefined>()
  const [needsInvitation, setNeedsInvitation] = useState(invitation !== undefined)
  const register = async (fields: Record<string, string>): Promise<void> => {
    const { username = '', email = '', password = '', displayName = '' } = fields
    const token = fields['invitation']?.trim()
    try {
      await client.register({
        username,
        email,
        password,
        ...(displayName.trim() && { displayName }),
        ...(token && { invitation: token }),
      })
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error
      if (error.code === 'confirmation_needed') return setMailedTo(email)
      if (error.code === 'invitation_required') setNeedsInvitation(true)
      throw error
    }
    session.begin()
    router.go('/', { replace: true })
  }
  if (mailedTo) return <Mailed to={mailedTo} />
  return (
    <>
      <h1>Create an account</h1>
      <Form onSubmit={register}>
        {needsInvitation && (
          <Field
            label="Invitation"
            name="invitation"
            value={invitation}
            autocomplete="off"
            required
          />
        )}
        <Field
          label="Username"
          name="username"
          hint="3 to 32 letters, digits, and _ . -"
          autocomplete="username"
          autocapitalize="none"
          pattern="[A-Za-z0-9_.\-]{3,32}"
          required
          first
        />
        <Field
          label="Name"
          name="displayName"
          hint="How others see you."
          autocomplete="name"
          maxLength={64}
        />
        <Field label="E-mail" name="email" type="email" autocomplete="email" required />
        <Field
          label="Password"
          name="password"
          type="password"
          hint="At least 8 characters; a few words are good."
          autocomplete="new-password"
          minLength={8}
          required
        />
        <Submit>Create the account</Submit>
      </Form>
      <p class="others">
        <a href="/sign-in">I have an account</a>
      </p>
    </>
  )
}

function Mailed({ to }: { to: string }) {
  return (
    <>
      <h1>Look into your mail</h1>
      <p role="status">
        A link is on its way to <strong>{to}</strong>. Open it, and your account is there.
      </p>
      <p class="others">
        <a href="/sign-in">Back to the sign-in</a>
      </p>
    </>
  )
}
