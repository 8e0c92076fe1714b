import './page.css'
import type { ParleyError } from '@parley/client'
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Pages } from '../state/pages.ts'
import { sentence } from '../state/toasts.ts'
import { Button } from './button.tsx'
import { classes } from './classes.ts'
import { AfterAMoment } from './waiting.tsx'

interface PageListProps<T> {
  pages: Pages<T>
  label: string
  class?: string
  /** What is said where there is nothing. */
  empty: ComponentChildren
  /** One `<li>`. */
  row: (item: T) => JSX.Element
}

/** A list that comes in pages, in all its states; the next page comes as its end comes near. */
export function PageList<T>({ pages, label, class: more, empty, row }: PageListProps<T>) {
  const { items, busy, error } = pages
  if (!items) return error ? <Failure error={error} onRetry={pages.reload} /> : <SkeletonRows />
  return (
    <>
      {items.length > 0 && (
        <ul class={classes('rows', more)} aria-label={label} aria-busy={busy}>
          {items.map(row)}
        </ul>
      )}
      {items.length === 0 && !busy && empty}
      {error && <Failure error={error} onRetry={pages.hasMore ? pages.more : pages.reload} />}
      {pages.hasMore && !error && <More pages={pages} />}
    </>
  )
}

function More({ pages }: { pages: Pick<Pages<unknown>, 'items' | 'busy' | 'more'> }) {
  const ref = useRef<HTMLDivElement>(null)
  const more = useRef(pages.more)
  more.current = pages.more
  useEffect(() => {
    if (!ref.current) return
    const near = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting === true && more.current(),
      { rootMargin: '320px' },
    )
    near.observe(ref.current)
    return () => near.disconnect()
  }, [pages.items])
  return (
    <div class="more" ref={ref}>
      <Button busy={pages.busy} onClick={pages.more}>
        Show more
      </Button>
    </div>
  )
}

/** What could not be loaded, and a way to try again. */
export function Failure({ error, onRetry }: { error: ParleyError; onRetry: () => void }) {
  return (
    <div class="failure-note" role="alert">
      <p>{sentence(error)}</p>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  )
}

export function SkeletonRows({ count = 5 }: { count?: number }) {
  return (
    <div aria-busy="true">
      <AfterAMoment>
        {Array.from({ length: count }, (_, index) => (
          <div key={index} class="skeleton row" />
        ))}
      </AfterAMoment>
    </div>
  )
}
