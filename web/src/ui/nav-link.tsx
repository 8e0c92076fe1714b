import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

interface NavLinkProps {
  path: string
  icon: IconName
  label: string
  isCurrent: boolean
}

/** One of several places, beside what is shown of the current one. */
export function NavLink({ path, icon, label, isCurrent }: NavLinkProps) {
  return (
    <a class="nav-link" href={path} aria-current={isCurrent ? 'page' : undefined}>
      <Icon name={icon} /> {label}
    </a>
  )
}
