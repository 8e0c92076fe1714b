import { ParleyError } from '@parley/client'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useParley } from './parley.ts'

export interface Loaded<T> {
  /** Undefined before the first answer. What was there stays while it is asked for again. */
  value: T | undefined
  busy: boolean
  /** Why there is nothing newer. */
  error: ParleyError | undefined
  /** Asks again. */
  reload: () => void
  /** Shows what is known to be there now. */
  set: (value: T) => void
}

interface State<T> {
  value?: T
  busy: boolean
  error?: ParleyError
}

/** Asks the server when the component comes and when one of `keys` changes; after a failure again
 *  as soon as the line is back. Only the answer to the last question counts. */
export function useLoaded<T>(load: () => Promise<T>, keys: readonly unknown[] = []): Loaded<T> {
  const [state, setState] = useState<State<T>>({ busy: true })
  const round = useRef(0)
  const reload = (): void => {
    const mine = ++round.current
    setState((before) => ({ ...before, busy: true }))
    const take = (next: State<T>): void => {
      if (mine === round.current) setState((before) => ({ ...before, ...next }))
    }
    load().then(
      (value) => take({ value, busy: false, error: undefined }),
      (error: unknown) => {
        if (!(error instanceof ParleyError)) throw error
        take({ busy: false, error })
      },
    )
  }
  useEffect(() => {
    reload()
    return () => void round.current++
  }, keys)
  useReturn(state.error !== undefined, reload)
  const { value, busy, error } = state
  return { value, busy, error, reload, set: (value) => setState({ value, busy: false }) }
}

/** Calls it once the line or the network is back, where something failed. */
export function useReturn(failed: boolean, again: () => void): void {
  const isLive = useParley().connection.value.name === 'live'
  const latest = useRef(again)
  latest.current = again
  useEffect(() => {
    if (isLive && failed) again()
  }, [isLive])
  useEffect(() => {
    if (!failed) return
    const onOnline = (): void => latest.current()
    window.addEventListener('online', onOnline)
    return () => window.removeEventListener('online', onOnline)
  }, [failed])
}

/** The value as it was so many milliseconds ago, unless it changed since: to search while one
 *  types. */
export function useSettled<T>(value: T, ms = 150): T {
  const [settled, settle] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => settle(value), ms)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
