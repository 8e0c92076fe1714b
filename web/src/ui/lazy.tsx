import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { EmptyState } from './empty-state.tsx'
import { Spinner } from './waiting.tsx'

/**
 * A component whose code is fetched when it is first shown.
 *
 * @example
 * const Settings = lazy(() => import('./settings/settings-page.tsx').then((m) => m.SettingsPage))
 */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined
  return function Lazy(props: P) {
    const [Loaded, setLoaded] = useState(() => loaded)
    const [failed, setFailed] = useState(false)
    const fetch = (): void => {
      setFailed(false)
      load().then(
        (component) => setLoaded(() => (loaded = component)),
        () => setFailed(true),
      )
    }
    useEffect(() => {
      if (!loaded) fetch()
    }, [])
    if (Loaded) return <Loaded {...props} />
    if (!failed) return <Spinner />
    return (
      <EmptyState icon="retry" title="This part could not be loaded">
        <p>The server may be away, or was updated meanwhile: then a reload helps.</p>
        <Button onClick={fetch}>Try again</Button>
      </EmptyState>
    )
  }
}
