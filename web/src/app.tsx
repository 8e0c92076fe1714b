import { useEffect } from 'preact/hooks'
import type { Route } from './router/routes.ts'
import { Shell } from './shell/shell.tsx'
import { Unreachable } from './shell/unreachable.tsx'
import { useParley } from './state/parley.ts'
import { lazy } from './ui/lazy.tsx'
import { Spinner } from './ui/waiting.tsx'
import { Toasts } from './ui/toasts.tsx'

const SignIn = lazy(() => import('./sign-in/sign-in-page.tsx').then((m) => m.SignInPage))

/** Pages for people without a session; somebody signed in is led to her rooms instead. */
const forVisitors = new Set<Route['name']>(['signIn', 'signUp', 'forgotPassword'])

/** What is shown depends on whether somebody is signed in; where, on the address. */
export function App() {
  const { session, router } = useParley()
  const state = session.state.value
  const route = router.route.value
  const leave = state.name === 'signedIn' && forVisitors.has(route.name)
  useEffect(() => {
    if (leave) router.go('/', { replace: true })
  }, [leave])
  return (
    <>
      {page()}
      <Toasts />
    </>
  )

  function page() {
    // The links of mails do their work for everybody.
    if (route.name === 'mailLink') return <SignIn />
    if (state.name === 'unreachable') return <Unreachable />
    if (state.name === 'signedIn') return <Shell />
    if (state.name === 'restoring' && session.wasHere) return <Spinner label="Signing in" />
    return <SignIn />
  }
}
