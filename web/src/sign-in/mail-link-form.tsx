import type { Http } from '@parley/client'
import { useEffect, useState } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { Field, Form, Submit } from '../ui/form.tsx'

interface MailAction {
  title: string
  about: string
  button: string
  done: string
  /** Asks for a new password. */
  newPassword?: boolean
  work: (http: Http, token: string, newPassword: string) => Promise<unknown>
}

const actions: Readonly<Record<string, MailAction>> = {
  'verify-email': {
    title: 'Confirm your address',
    about: 'Confirm that you read the mail of this address.',
    button: 'Confirm',
    done: 'Thank you: your address is confirmed.',
    work: (http, token) => http.POST('/v1/auth/email-verification/confirm', { body: { token } }),
  },
  'confirm-registration': {
    title: 'Open your account',
    about: 'Open the account that was registered with your address.',
    button: 'Open the account',
    done: 'Your account is there. Sign in with your password.',
    work: (http, token) => http.POST('/v1/auth/register/confirm', { body: { token } }),
  },
  'reset-password': {
    title: 'Choose a new password',
    about: 'All your devices will be signed out.',
    button: 'Change the password',
    done: 'Your password is changed. Sign in with the new one.',
    newPassword: true,
    work: (http, token, newPassword) =>
      http.POST('/v1/auth/password-reset/confirm', { body: { token, newPassword } }),
  },
}

/** Where the links of mails lead. The token stands behind the #, which no browser sends to a
 *  server; it is used by a click only, since mail programs and scanners open links on their own. */
export function MailLinkForm({ action, token }: { action: string; token: string }) {
  const { client } = useParley()
  const [done, setDone] = useState(false)
  useEffect(() => history.replaceState(null, '', location.pathname), []) // not in this browser's history
  const known = Object.hasOwn(actions, action) ? actions[action] : undefined
  return (
    <>
      <h1>{known?.title ?? 'Your account'}</h1>
      <p role="status">
        {!known
          ? 'This page is where the links in Parley’s mails lead.'
          : done
            ? known.done
            : known.about}
      </p>
      {known && !done && (
        <Form
          onSubmit={({ newPassword = '' }) =>
            known.work(client.publicHttp, token, newPassword).then(() => setDone(true))
          }
        >
          {known.newPassword && (
            <Field
              label="New password"
              name="newPassword"
              type="password"
              autocomplete="new-password"
              minLength={8}
              required
              first
            />
          )}
          <Submit>{known.button}</Submit>
        </Form>
      )}
      <p class="others">
        <a href="/">Go to Parley</a>
      </p>
    </>
  )
}
