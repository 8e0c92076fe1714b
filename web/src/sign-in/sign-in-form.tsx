import { ParleyError } from '@parley/client'
import { useState } from 'preact/hooks'
import { takesPasswords } from '../state/page-settings.ts'
import { useParley } from '../state/parley.ts'
import { readReturned } from '../openid/returned.ts'
import { Field, Form, Submit } from '../ui/form.tsx'
import { CodeForm } from './code-form.tsx'
import { OtherWays } from './other-ways.tsx'
import { TicketForm } from './ticket-form.tsx'

interface NameAndPassword {
  login: string
  password: string
}

/** Name and password, or another way; then the code of the second factor where the account has one. */
export function SignInForm() {
  const { client, session } = useParley()
  const state = session.state.value
  const [returned, setReturned] = useState(() => readReturned(location.hash))
  /** Right, but not enough. */
  const [proven, setProven] = useState<NameAndPassword | undefined>()
  const signIn = async (credentials: NameAndPassword & { code?: string }): Promise<void> => {
    await client.login(credentials)
    session.begin()
  }
  if (returned?.name === 'ticket') {
    return <TicketForm ticket={returned.ticket} onLeave={() => setReturned(undefined)} />
  }
  if (proven) {
    return (
      <CodeForm
        onCode={(code) => signIn({ ...proven, code })}
        onBack={() => setProven(undefined)}
      />
    )
  }
  const first = async ({ login = '', password = '' }: Record<string, string>): Promise<void> => {
    try {
      await signIn({ login: login.trim(), password })
    } catch (error) {
      if (!(error instanceof ParleyError && error.code === 'two_factor_required')) throw error
      setProven({ login: login.trim(), password })
    }
  }
  return (
    <>
      <h1>Sign in</h1>
      {state.name === 'signedOut' && state.notice && <p role="status">{state.notice}</p>}
      {returned?.name === 'failed' && <p role="alert">{returned.why}</p>}
      {takesPasswords() && (
        <Form onSubmit={first}>
          <Field label="Username or e-mail" name="login" autocomplete="username" required first />
          <Field
            label="Password"
            name="password"
            type="password"
            autocomplete="current-password"
            required
          />
          <Submit>Sign in</Submit>
        </Form>
      )}
      <OtherWays />
      {takesPasswords() && (
        <p class="others">
          <a href="/forgot-password">Forgot your password?</a>
          <a href="/sign-up">Create an account</a>
        </p>
      )}
    </>
  )
}
