// `npm run dev`: the server from its sources, started again on every change; the web client bundled
// again on every change, there after a reload.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { watchClient } from './bundler.mjs'

await watchClient() // first: the server looks for its files when it starts

// Not through npx, which does not pass a signal on.
const tsx = fileURLToPath(import.meta.resolve('tsx/cli'))
const watcher = spawn(
  process.execPath,
  [tsx, 'watch', '--clear-screen=false', 'server/src/cli/parley.ts', 'serve'],
  {
    stdio: 'inherit',
  },
)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => watcher.kill(signal))
watcher.on('exit', (code) => process.exit(code ?? 1))
