/** Writes into the browser's storage, where it has room: what is kept there is a help, and no reason
 *  to stop who writes. */
export function keepInBrowser(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Full, or switched off: it lives as long as the page.
  }
}
