import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'

/** What the SDK's objects are: something that tells when it changed. */
interface Source {
  subscribe: (listener: () => void) => () => void
}

/** Between two renderings of a burst, in milliseconds: the first is at once, the others may wait. */
const pauseMs = 80

/**
 * Calls the function before the next frame is painted, however often it is asked to, and then not
 * again for a moment: a burst of messages must not cost a rendering each, or keep somebody from
 * writing. A page in the background gets no frames: there it comes a little later.
 */
export function paced(work: () => void): () => void {
  let due = false
  let lastAt = -Infinity
  return () => {
    if (due) return
    due = true
    const run = (): void => {
      if (!due) return
      due = false
      cancelAnimationFrame(frame)
      clearTimeout(timer)
      lastAt = performance.now()
      work()
    }
    let frame = 0
    const atFrame = (): void => void (frame = requestAnimationFrame(run))
    const waitMs = lastAt + pauseMs - performance.now()
    const timer = setTimeout(run, Math.max(250, waitMs))
    if (waitMs > 0) setTimeout(atFrame, waitMs)
    else atFrame()
  }
}

/** A signal of what is read from the source, for as long as the application lives. */
export function follow<T>(source: Source, read: () => T): ReadonlySignal<T> {
  const value = signal(read())
  source.subscribe(paced(() => (value.value = read())))
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
    return source.subscribe(paced(look))
  }, [source])
  return value
}
