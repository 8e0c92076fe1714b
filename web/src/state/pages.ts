import { ParleyError } from '@parley/client'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useReturn } from './loaded.ts'

/** As the server answers lists. */
interface Page<T> {
  items: readonly T[]
  nextCursor: string | null
}

/** A list that comes in pages, as far as it was asked for. */
export interface Pages<T> {
  /** Undefined before the first answer. */
  items: readonly T[] | undefined
  busy: boolean
  error: ParleyError | undefined
  hasMore: boolean
  more: () => void
  reload: () => void
  /** Puts right what is known to be otherwise now. */
  change: (change: (items: readonly T[]) => readonly T[]) => void
}

interface State<T> {
  items?: readonly T[]
  cursor: string | null
  busy: boolean
  error?: ParleyError
}

/** Loads the first page when the component comes and when one of `keys` changes. */
export function usePages<T>(
  load: (cursor: string | undefined) => Promise<Page<T>>,
  keys: readonly unknown[] = [],
): Pages<T> {
  const [state, setState] = useState<State<T>>({ cursor: null, busy: true })
  const round = useRef(0)
  const fetch = (cursor: string | null): void => {
    const mine = ++round.current
    setState((before) => ({ ...before, busy: true, error: undefined }))
    load(cursor ?? undefined).then(
      (page) => {
        if (mine !== round.current) return
        setState(({ items = [] }) => ({
          items: cursor === null ? page.items : [...items, ...page.items],
          cursor: page.nextCursor,
          busy: false,
        }))
      },
      (error: unknown) => {
        if (!(error instanceof ParleyError)) throw error
        if (mine === round.current) setState((before) => ({ ...before, busy: false, error }))
      },
    )
  }
  const reload = (): void => fetch(null)
  useEffect(() => {
    reload()
    return () => void round.current++
  }, keys)
  useReturn(state.error !== undefined, () => fetch(state.items ? state.cursor : null))
  const { items, cursor, busy, error } = state
  return {
    items,
    busy,
    error,
    reload,
    hasMore: cursor !== null,
    more: () => {
      if (!busy && cursor !== null) fetch(cursor)
    },
    change: (change) => setState((before) => ({ ...before, items: change(before.items ?? []) })),
  }
}
