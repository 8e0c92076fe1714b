import { EmptyState } from '../ui/empty-state.tsx'

export function SettingsPage({ section }: { section: string }) {
  return (
    <EmptyState icon="settings" title="Settings">
      {section}
    </EmptyState>
  )
}
