/** What the server says of its settings in its page (server/src/http/pages.ts), so that nothing is
 *  shown first and taken away then. */
const isOn = (setting: 'docs' | 'passwords'): boolean =>
  document.documentElement.dataset[setting] !== 'off'

export const hasDocs = (): boolean => isOn('docs')
export const takesPasswords = (): boolean => isOn('passwords')
