import './settings.css'
import { SectionedPage } from '../ui/sectioned-page.tsx'
import type { Section } from '../ui/sectioned-page.tsx'
import { AccountSettings } from './account-settings.tsx'
import { AppearanceSettings } from './appearance-settings.tsx'
import { PrivacySettings } from './privacy-settings.tsx'
import { ProfileSettings } from './profile-settings.tsx'
import { SecuritySettings } from './security-settings.tsx'
import { SessionsSettings } from './sessions-settings.tsx'
import { TokensSettings } from './tokens-settings.tsx'

const sections: readonly Section[] = [
  { id: 'profile', label: 'Profile', icon: 'person', View: ProfileSettings },
  { id: 'account', label: 'Account', icon: 'settings', View: AccountSettings },
  { id: 'security', label: 'Signing in', icon: 'lock', View: SecuritySettings },
  { id: 'sessions', label: 'Sessions', icon: 'device', View: SessionsSettings },
  { id: 'privacy', label: 'Privacy', icon: 'block', View: PrivacySettings },
  { id: 'appearance', label: 'Appearance', icon: 'smile', View: AppearanceSettings },
  { id: 'tokens', label: 'Access tokens', icon: 'key', View: TokensSettings },
]

/** Everything one can set for oneself. */
export function SettingsPage({ section }: { section: string }) {
  return <SectionedPage title="Settings" path="/settings" sections={sections} section={section} />
}
