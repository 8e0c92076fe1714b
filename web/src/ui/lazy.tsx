import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { EmptyState } from './empty-state.tsx'
import { Spinner } from './waiting.tsx'

/**
 * A component whose code is fetched when it is first shown.
 *
 * @example
 * const Settings = lazy(() => import('./settings/settings-page.tsx').then((m) => m.SettingsPage))
 */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const useLoad = loader(load)
  return function Lazy(props: P) {
    const { Loaded, failed, again } = useLoad()
    if (Loaded) return <Loaded {...props} />
    return failed ? <Failed onRetry={again} /> : <Spinner />
  }
}

/** The same for what opens above the page: nothing is seen of it before it is there. */
export function lazyDialog<P extends { onClose: () => void }>(
  load: () => Promise<ComponentType<P>>,
): ComponentType<P> {
  const useLoad = loader(load)
  return function LazyDialog(props: P) {
    const { Loaded, failed, again } = useLoad()
    if (Loaded) return <Loaded {...props} />
    if (!failed) return null
    return (
      <Dialog title="Parley" onClose={props.onClose}>
        <Failed onRetry={again} />
      </Dialog>
    )
  }
}

interface Loading<P> {
  Loaded: ComponentType<P> | undefined
  failed: boolean
  again: () => void
}

function loader<P extends object>(load: () => Promise<ComponentType<P>>): () => Loading<P> {
  let loaded: ComponentType<P> | undefined
  return function useLoad() {
    const [Loaded, setLoaded] = useState(() => loaded)
    const [failed, setFailed] = useState(false)
    const again = (): void => {
      setFailed(false)
      load().then(
        (component) => setLoaded(() => (loaded = component)),
        () => setFailed(true),
      )
    }
    useEffect(() => {
      if (!loaded) again()
    }, [])
    return { Loaded, failed, again }
  }
}

function Failed({ onRetry }: { onRetry: () => void }) {
  return (
    <EmptyState icon="retry" title="This part could not be loaded">
      <p>The server may be away, or was updated meanwhile: then a reload helps.</p>
      <Button onClick={onRetry}>Try again</Button>
    </EmptyState>
  )
}
