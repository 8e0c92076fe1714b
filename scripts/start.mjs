// `npm start`: build what is stale, then run the built server in this very process, so that
// a signal sent to npm reaches it (hence also the `exec` in package.json: a shell in between would keep it).
await import('./build.mjs')
process.argv.push('serve')
await import('../server/bin/parley.js')
