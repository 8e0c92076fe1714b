/** What the platform says of the network: only a browser says anything. */
interface NetworkEvents {
  navigator?: { onLine?: boolean }
  addEventListener?: (type: 'online' | 'offline', listener: () => void) => void
  removeEventListener?: (type: 'online' | 'offline', listener: () => void) => void
}

/** The platform's word that there is no network; its absence says nothing. */
export function isOffline(): boolean {
  return platform().navigator?.onLine === false
}

/** Calls the listener when the network comes or goes. Returns the function that ends it. */
export function onNetworkChange(listener: () => void): () => void {
  const { addEventListener, removeEventListener } = platform()
  const types = ['online', 'offline'] as const
  for (const type of types) addEventListener?.(type, listener)
  return () => {
    for (const type of types) removeEventListener?.(type, listener)
  }
}

/** Node has no such events, whatever the browser's types say. */
function platform(): NetworkEvents {
  return globalThis
}
