import type { AdminUser } from '@parley/client'

/** What is out of the ordinary about an account. */
export function AccountBadges({ user: { status, role, bot } }: { user: AdminUser }) {
  return (
    <span class="badges">
      {status === 'suspended' && (
        <span class="badge" data-tone="bad">
          Suspended
        </span>
      )}
      {role === 'admin' && (
        <span class="badge" data-tone="good">
          Administrator
        </span>
      )}
      {bot && <span class="badge">Bot</span>}
    </span>
  )
}
