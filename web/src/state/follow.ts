import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'

/** What the SDK's objects are: something that tells when it changed. */
interface Source {
  subscribe: (listener: () => void) => () => void
}

/**
 * Calls the function once before the next frame is painted, however often it is asked to: a burst
 * of messages must not cost a rendering each. A page in the background gets no frames: there it
 * comes a little later.
 */
export function oncePerFrame(work: () => void): () => void {
  let due = false
  return () => {
    if (due) return
    due = true
    const run = (): void => {
      if (!due) return
      due = false
      cancelAnimationFrame(frame)
      clearTimeout(timer)
      work()
    }
    const frame = requestAnimationFrame(run)
    const timer = setTimeout(run, 250)
  }
}

/** A signal of what is read from the source, for as long as the application lives. */
export function follow<T>(source: Source, read: () => T): ReadonlySignal<T> {
  const value = signal(read())
  source.subscribe(oncePerFrame(() => (value.value = read())))
  return value
}

/** What is read from the source, for as long as the component is there; renders it again whenever
 *  that is another value. */
export function useFollow<T>(source: Source, read: () => T): T {
  const [, renderAgain] = useState({})
  const value = read()
  const shown = useRef({ value, read })
  shown.current = { value, read }
  useEffect(() => {
    const look = (): void => {
      const { value, read } = shown.current
      if (!Object.is(read(), value)) renderAgain({})
    }
    look() // it may have changed between the rendering and this effect
    return source.subscribe(oncePerFrame(look))
  }, [source])
  return value
}
