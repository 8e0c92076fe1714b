import { useEffect } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { sentence } from '../state/toasts.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'

const againMs = 5000

/** The server cannot be asked who is signed in: it is tried again, by itself too. */
export function Unreachable() {
  const { session } = useParley()
  const state = session.state.value
  useEffect(() => {
    const again = (): void => void session.restore()
    const timer = setTimeout(again, againMs)
    window.addEventListener('online', again)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('online', again)
    }
  }, [state]) // a new one after each try that failed
  return (
    <main class="lonely">
      <EmptyState isPage icon="retry" title="Parley is out of reach">
        {state.name === 'unreachable' && <p>{sentence(state.error)}</p>}
        <p>It is tried again every few seconds.</p>
        <Button look="primary" onClick={() => void session.restore()}>
          Try now
        </Button>
      </EmptyState>
    </main>
  )
}
