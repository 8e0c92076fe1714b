// `npm run dev`: the server from its sources, started again on every change; the web client bundled
// again on every change, there after a reload.
import { spawn } from 'node:child_process'
import { bundleClient } from './bundler.mjs'

const watcher = spawn(
  'npx',
  ['tsx', 'watch', '--clear-screen=false', 'server/src/cli/parley.ts', 'serve'],
  {
    stdio: 'inherit',
  },
)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => watcher.kill(signal))
watcher.on('exit', (code) => process.exit(code ?? 1))
await bundleClient({ watch: true })
