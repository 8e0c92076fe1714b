// `npm start`: build what is stale, then run the built server in this very process, so that
// a signal sent to npm reaches it (hence also the `exec` in package.json: a shell in between would keep it).
import { fileURLToPath } from 'node:url'

const parley = new URL('../server/bin/parley.js', import.meta.url)
await import('./build.mjs')
// Also what each of WORKERS is started as.
process.argv.splice(1, 1, fileURLToPath(parley), 'serve')
await import(parley.href)
