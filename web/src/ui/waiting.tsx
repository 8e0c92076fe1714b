import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** What comes sooner than this must not flicker, in milliseconds. */
const patienceMs = 150

/** Shows what is inside only where one has to wait for longer than a moment. */
export function AfterAMoment({ children }: { children: ComponentChildren }) {
  const [shown, show] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => show(true), patienceMs)
    return () => clearTimeout(timer)
  }, [])
  return shown ? <>{children}</> : null
}

export function Spinner({ label = 'Loading' }: { label?: string }) {
  return (
    <AfterAMoment>
      <div class="spinner" role="status" aria-label={label} />
    </AfterAMoment>
  )
}
