// Runs vite on the web client. In its own file, so that nobody loads vite to find nothing stale.
import { fileURLToPath } from 'node:url'

const configFile = fileURLToPath(new URL('../web/vite.config.ts', import.meta.url))

/** Bundles the web client into web/dist; with `watch` again after every change, uncompressed. */
export async function bundleClient({ watch = false } = {}) {
  const { build } = await import('vite')
  const logLevel = watch ? 'info' : 'warn'
  if (watch) await build({ configFile, logLevel, mode: 'development', build: { watch: {} } })
  else await build({ configFile, logLevel })
}
