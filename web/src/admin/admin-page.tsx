import './admin.css'
import { useParley } from '../state/parley.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { SectionedPage } from '../ui/sectioned-page.tsx'
import type { Section } from '../ui/sectioned-page.tsx'
import { AccountsSection } from './accounts/accounts-section.tsx'
import { AuditSection } from './audit/audit-section.tsx'
import { FieldsSection } from './fields/fields-section.tsx'
import { InvitationsSection } from './invitations/invitations-section.tsx'

const sections: readonly Section[] = [
  { id: 'accounts', label: 'Accounts', icon: 'people', View: AccountsSection },
  { id: 'invitations', label: 'Invitations', icon: 'send', View: InvitationsSection },
  { id: 'fields', label: 'Profile fields', icon: 'edit', View: FieldsSection },
  { id: 'audit', label: 'Audit log', icon: 'shield', View: AuditSection },
]

/** What the administrators of the server do. */
export function AdminPage({ section }: { section: string }) {
  const { me } = useParley()
  if (me.value && me.value.role !== 'admin') {
    return (
      <EmptyState icon="lock" title="For administrators only">
        <p>
          Ask one of this server if you should be here. <a href="/">Back to your rooms</a>
        </p>
      </EmptyState>
    )
  }
  return (
    <SectionedPage title="Administration" path="/admin" sections={sections} section={section} />
  )
}
