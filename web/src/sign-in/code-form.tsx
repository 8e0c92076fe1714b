import { Button } from '../ui/button.tsx'
import { Field, Form, Submit } from '../ui/form.tsx'

interface CodeFormProps {
  onCode: (code: string) => Promise<void>
  onBack: () => void
}

/** The second factor, where the first was right. */
export function CodeForm({ onCode, onBack }: CodeFormProps) {
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
