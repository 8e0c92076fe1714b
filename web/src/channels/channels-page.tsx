import { EmptyState } from '../ui/empty-state.tsx'

export function ChannelsPage() {
  return <EmptyState icon="settings" title="Channels"></EmptyState>
}
