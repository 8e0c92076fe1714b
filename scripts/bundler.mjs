// Runs vite on the web client. In its own file, so that nobody loads vite to find nothing stale.
import { fileURLToPath } from 'node:url'

const configFile = fileURLToPath(new URL('../web/vite.config.ts', import.meta.url))

/** Bundles the web client into web/dist. */
export async function bundleClient() {
  const { build } = await import('vite')
  await build({ configFile, logLevel: 'warn' })
}

/** The same, uncompressed, now and after every change; resolves after the first time. */
export async function watchClient() {
  const { build } = await import('vite')
  const watcher = await build({ configFile, mode: 'development', build: { watch: {} } })
  if (!('on' in watcher)) return
  await new Promise((resolve) => {
    watcher.on('event', ({ code }) => {
      if (code === 'END' || code === 'ERROR') resolve(undefined)
    })
  })
}
