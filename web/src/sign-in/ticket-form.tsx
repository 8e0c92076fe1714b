import { useParley } from '../state/parley.ts'
import { CodeForm } from './code-form.tsx'

interface TicketFormProps {
  /** What the provider's sign-in left in the address. */
  ticket: string
  onLeave: () => void
}

/** A provider has said who it is; the account asks for a code too. */
export function TicketForm({ ticket, onLeave }: TicketFormProps) {
  const { client, session, router } = useParley()
  const leave = (): void => {
    onLeave()
    router.go(location.pathname, { replace: true })
  }
  const redeem = async (code: string): Promise<void> => {
    const body = { ticket, code }
    const { data } = await client.publicHttp.POST('/v1/auth/openid-session', { body })
    await client.signIn(data)
    leave()
    session.begin()
  }
  return <CodeForm onCode={redeem} onBack={leave} />
}
