import './page.css'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

interface PageProps {
  title: string
  /** Where the arrow leads that phones show. */
  back?: string
  /** Buttons beside the title. */
  actions?: ComponentChildren
  children: ComponentChildren
}

/** A page beside the rooms: its title stays, the rest scrolls. */
export function Page({ title, back = '/', actions, children }: PageProps) {
  return (
    <section class="plain-page">
      <PageHeader title={title} back={back}>
        {actions}
      </PageHeader>
      <div class="body">
        <div class="column">{children}</div>
      </div>
    </section>
  )
}

interface PageHeaderProps {
  title: string
  back: string
  children?: ComponentChildren
}

export function PageHeader({ title, back, children }: PageHeaderProps) {
  return (
    <header class="page-header">
      <a class="back button quiet icon-button" href={back} aria-label="Back">
        <Icon name="back" />
      </a>
      <h1>{title}</h1>
      {children}
    </header>
  )
}
