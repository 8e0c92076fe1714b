import type { ConnectionState } from '@parley/client'
import { useEffect, useState } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { sentence } from '../state/toasts.ts'
import { Button } from '../ui/button.tsx'

/** A line that comes back sooner than this was hardly gone, in milliseconds. */
const patienceMs = 1200

/** One quiet line that says when what is shown may not be the newest. */
export function ConnectionBar() {
  const { connection, client } = useParley()
  const isOnline = useIsOnline()
  const state = connection.value
  // The line may not have noticed yet.
  const text = textOf(isOnline || state.name === 'closed' ? state : { name: 'offline' })
  const [patient, setPatient] = useState(true)
  useEffect(() => {
    if (text === undefined) return setPatient(true)
    const timer = setTimeout(() => setPatient(false), patienceMs)
    return () => clearTimeout(timer)
  }, [text === undefined])
  const shown = patient && state.name !== 'closed' ? undefined : text
  return (
    <div class="connection-bar" role="status" data-shown={shown !== undefined}>
      {shown && <span>{shown}</span>}
      {shown && state.name === 'closed' && (
        <Button look="quiet" onClick={() => void client.connect().catch(() => {})}>
          Connect again
        </Button>
      )}
    </div>
  )
}

/** False where the browser says that there is no network. */
function useIsOnline(): boolean {
  const [isOnline, setIsOnline] = useState(navigator.onLine)
  useEffect(() => {
    const look = (): void => setIsOnline(navigator.onLine)
    window.addEventListener('online', look)
    window.addEventListener('offline', look)
    return () => {
      window.removeEventListener('online', look)
      window.removeEventListener('offline', look)
    }
  }, [])
  return isOnline
}

/** Nothing while all is well, and before the first try has failed. */
function textOf(state: ConnectionState): string | undefined {
  switch (state.name) {
    case 'live':
      return undefined
    case 'connecting':
      return 'Connecting …'
    case 'offline':
      return 'You are offline. What you write is sent when the network is back.'
    case 'reconnecting':
      return 'Reconnecting … What you write is sent then.'
    case 'closed':
      if (state.reason === 'idle' || state.reason === 'left') return undefined
      if (state.reason === 'replaced') return 'Parley is open in too many other places.'
      return state.error ? sentence(state.error) : 'The connection has ended.'
  }
}
