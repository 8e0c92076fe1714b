import { EmptyState } from '../ui/empty-state.tsx'

export function AdminPage({ section }: { section: string }) {
  return (
    <EmptyState icon="settings" title="Admin">
      {section}
    </EmptyState>
  )
}
