/** The import rule of ARCHITECTURE.md: each layer names what it must never reach. */
const layer = (name, from, forbidden) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: forbidden },
})
const src = (...parts) => parts.map((part) => `^server/src/${part}`)

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(bun|node):' },
    },
    layer(
      'contract',
      src('contract/'),
      src('(infra|http|realtime|user|auth|chat|privacy|import|workers|cli)/', '[a-z-]+\\.ts$'),
    ),
    layer(
      'infra',
      src('infra/'),
      src('(http|realtime|user|auth|chat|privacy|import|workers|cli)/', '[a-z-]+\\.ts$'),
    ),
    layer(
      'http',
      src('http/'),
      src('(realtime|user|auth|chat|privacy|import|workers|cli)/', '[a-z-]+\\.ts$'),
    ),
    layer(
      'realtime',
      src('realtime/'),
      src('(http|user|auth|chat|privacy|import|workers|cli)/', '[a-z-]+\\.ts$'),
    ),
    layer('user', src('user/'), src('(auth|chat|privacy|import|workers|cli)/', '[a-z-]+\\.ts$')),
    layer('auth', src('auth/'), src('(chat|privacy|import|workers|cli)/', '[a-z-]+\\.ts$')),
    layer('chat', src('chat/'), src('(auth|privacy|import|workers|cli)/', '[a-z-]+\\.ts$')),
    layer('privacy', src('privacy/'), src('(auth|chat|import|workers|cli)/', '[a-z-]+\\.ts$')),
    layer('import', src('import/'), src('(workers|cli)/', '[a-z-]+\\.ts$')),
    layer(
      'workers',
      src('workers/'),
      src('(http|realtime|user|auth|chat|privacy|import|cli)/', '[a-z-]+\\.ts$'),
    ),
    layer('sdk-knows-no-server', '^sdk/', '^server/'),
    layer('web-knows-the-sdk-only', '^web/src/', '^(server|bench)/'),
    layer('web-takes-the-face-of-the-sdk', '^web/src/', '^sdk/src/(?!index\\.ts$)'),
    layer('bench-knows-no-server', '^bench/', '^server/'),
    {
      name: 'a-table-has-one-owner',
      comment: 'A service uses another only through its service object, never its queries.',
      severity: 'error',
      from: { path: '^server/src/(user|auth|chat|privacy|import)/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^server/src/(user|auth|chat|privacy)/[a-z-]*queries\\.ts$',
        pathNot: '^server/src/$1/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types'] },
  },
}
