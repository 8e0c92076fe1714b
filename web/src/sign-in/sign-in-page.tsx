import './sign-in.css'
import type { Route } from '../router/routes.ts'
import { takesPasswords } from '../state/page-settings.ts'
import { useParley } from '../state/parley.ts'
import { About } from './about.tsx'
import { FirstTime } from './first-time.tsx'
import { ForgotPasswordForm } from './forgot-password-form.tsx'
import { MailLinkForm } from './mail-link-form.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { SignUpForm } from './sign-up-form.tsx'

/** What visitors see, whichever address they came to; afterwards they are where they wanted to be. */
export function SignInPage() {
  return (
    <div class="welcome">
      <main>
        <a class="brand" href="/">
          <img src="/icon.svg" alt="" width="32" height="32" /> Parley
        </a>
        <div class="card">
          <FormOf route={useParley().router.route.value} />
        </div>
      </main>
      <About />
    </div>
  )
}

function FormOf({ route }: { route: Route }) {
  if (route.name === 'signUp') {
    const Form = takesPasswords() ? SignUpForm : FirstTime
    return <Form invitation={route.invitation} />
  }
  if (route.name === 'forgotPassword' && takesPasswords()) return <ForgotPasswordForm />
  if (route.name === 'mailLink') return <MailLinkForm action={route.action} token={route.token} />
  return <SignInForm />
}
