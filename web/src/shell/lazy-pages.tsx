import { lazy } from '../ui/lazy.tsx'

/** Pages whose code is fetched when they are first opened. */
export const lazyPages = {
  People: lazy(() => import('../people/people-page.tsx').then((m) => m.PeoplePage)),
  Channels: lazy(() => import('../channels/channels-page.tsx').then((m) => m.ChannelsPage)),
  Settings: lazy(() => import('../settings/settings-page.tsx').then((m) => m.SettingsPage)),
  Admin: lazy(() => import('../admin/admin-page.tsx').then((m) => m.AdminPage)),
}
