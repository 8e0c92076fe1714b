/** The one function of React that react.ts needs, as @types/react 19 declares it: enough to check the
 *  example without installing React here. */
declare module 'react' {
  export function useSyncExternalStore<Snapshot>(
    subscribe: (onStoreChange: () => void) => () => void,
    getSnapshot: () => Snapshot,
    getServerSnapshot?: () => Snapshot,
  ): Snapshot
}
