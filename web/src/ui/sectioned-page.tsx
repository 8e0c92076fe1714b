import type { ComponentType } from 'preact'
import type { IconName } from './icon.tsx'
import { NavLink } from './nav-link.tsx'
import { PageHeader } from './page.tsx'

export interface Section {
  /** The last part of its address. */
  id: string
  label: string
  icon: IconName
  View: ComponentType
}

interface SectionedPageProps {
  title: string
  /** The address of the page, which the sections' go on. */
  path: string
  sections: readonly Section[]
  /** The one of the address; empty where it names none. */
  section: string
}

/** A page of several sections: the list of them beside the one that is open; where it is narrow,
 *  one or the other. */
export function SectionedPage({ title, path, sections, section }: SectionedPageProps) {
  const open = sections.find(({ id }) => id === section) ?? sections[0]
  if (!open) return null
  const { View, label, id } = open
  return (
    <section class="sectioned-page" data-open={section !== ''}>
      <div class="sections">
        <PageHeader title={title} back="/" />
        <nav aria-label={title}>
          {sections.map((item) => (
            <NavLink
              key={item.id}
              path={`${path}/${item.id}`}
              icon={item.icon}
              label={item.label}
              isCurrent={item.id === id}
            />
          ))}
        </nav>
      </div>
      <div class="section">
        <PageHeader title={label} back={path} />
        <div class="body" key={id}>
          <div class="column">
            <View />
          </div>
        </div>
      </div>
    </section>
  )
}
