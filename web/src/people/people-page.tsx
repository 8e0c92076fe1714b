import { EmptyState } from '../ui/empty-state.tsx'

export function PeoplePage() {
  return <EmptyState icon="settings" title="People"></EmptyState>
}
