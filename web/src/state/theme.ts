import { effect, signal } from '@preact/signals'
import type { Signal } from '@preact/signals'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const key = 'parley.theme'

/** The choice of colours, kept in this browser; the style sheets follow `data-theme`. */
export function createTheme(): Signal<Theme> {
  const kept = localStorage.getItem(key)
  const theme = signal<Theme>(themes.find((known) => known === kept) ?? 'system')
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value
    if (theme.value === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, theme.value)
  })
  return theme
}
