import './page.css'
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface PanelProps {
  title: string
  /** What it is for. */
  about?: ComponentChildren
  /** Beside the title. */
  actions?: ComponentChildren
  children?: ComponentChildren
}

/** A part of a page under a heading. */
export function Panel({ title, about, actions, children }: PanelProps) {
  const id = useId()
  return (
    <section class="panel" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {actions}
        {about && <p>{about}</p>}
      </header>
      {children}
    </section>
  )
}
