import { useParley } from '../state/parley.ts'
import { Choices } from '../ui/fields.tsx'
import { Panel } from '../ui/panel.tsx'

const options = [
  { value: 'system', label: 'As this device', about: 'Changes with it.' },
  { value: 'light', label: 'Light', about: 'Paper.' },
  { value: 'dark', label: 'Dark', about: 'Pine at night.' },
] as const

/** How Parley looks in this browser. */
export function AppearanceSettings() {
  const { theme } = useParley()
  return (
    <Panel title="Colours" about="Kept in this browser.">
      <Choices
        legend="Which colours?"
        name="theme"
        value={theme.value}
        options={options}
        onChange={(chosen) => (theme.value = chosen)}
        tiles
      />
    </Panel>
  )
}
