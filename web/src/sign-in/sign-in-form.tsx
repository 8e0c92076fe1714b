import { ParleyError } from '@parley/client'
import { useState } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { Button } from '../ui/button.tsx'
import { Field, Form, Submit } from '../ui/form.tsx'

interface NameAndPassword {
  login: string
  password: string
}

/** Name and password, then the code of the second factor where the account has one. */
export function SignInForm() {
  const { client, session } = useParley()
  const state = session.state.value
  /** Right, but not enough. */
  const [proven, setProven] = useState<NameAndPassword | undefined>()
  const signIn = async (credentials: NameAndPassword & { code?: string }): Promise<void> => {
    await client.login(credentials)
    session.begin()
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
      <p class="others">
        <a href="/forgot-password">Forgot your password?</a>
        <a href="/sign-up">Create an account</a>
      </p>
    </>
  )
}

interface CodeFormProps {
  onCode: (code: string) => Promise<void>
  onBack: () => void
}

function CodeForm({ onCode, onBack }: CodeFormProps) {
  return (
    <>
      <h1>One more step</h1>
      <Form onSubmit={({ code = '' }) => onCode(code.trim())}>
        <Field
          label="Code"
          name="code"
          hint="Six digits from your authenticator app, or one of your recovery codes."
          autocomplete="one-time-code"
          minLength={6}
          required
          first
        />
        <Submit>Sign in</Submit>
      </Form>
      <p class="others">
        <Button look="quiet" onClick={onBack}>
          Back
        </Button>
      </p>
    </>
  )
}
