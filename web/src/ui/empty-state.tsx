import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

interface EmptyStateProps {
  icon: IconName
  title: string
  /** It is all there is on the page. */
  isPage?: boolean
  /** What it means, and what one can do about it. */
  children?: ComponentChildren
}

/** Where there is nothing to show. */
export function EmptyState({ icon, title, isPage = false, children }: EmptyStateProps) {
  return (
    <div class="empty-state">
      <Icon name={icon} />
      {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  )
}
