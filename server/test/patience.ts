// Vitest lets one set how long expect.poll waits, but not vi.waitFor: its second is too short where a machine is busy.
import { vi } from 'vitest'

const patience = { timeout: 10_000 }
const { waitFor, waitUntil } = vi

// Files that share their imports also share `vi`: it is made patient once.
if (waitFor.name !== 'patiently') {
  vi.waitFor = function patiently(work, options = patience) {
    return waitFor(work, options)
  }
  vi.waitUntil = (work, options = patience) => waitUntil(work, options)
}
