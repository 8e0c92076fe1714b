/** The SDK as strangers get it: packed, installed in an empty project, compiled, run. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const modules = join(root, 'node_modules')
const compiler = join(modules, '@typescript', 'native', 'bin', 'tsc')

let started: Started
let folder: string
/** An empty project with the packed SDK. */
let project: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-sdk-'))
  project = join(folder, 'project')
  await mkdir(project)
  ;[started] = await Promise.all([startApp(), pack().then(install)])
}, 120_000)
afterAll(async () => {
  await started.close()
  await rm(folder, { recursive: true })
})

/** Packs what `npm publish` would, compiled beside the sources; answers the tarball. */
async function pack(): Promise<string> {
  const copy = join(folder, 'sdk')
  await mkdir(copy)
  for (const name of ['package.json', 'README.md'])
    await cp(join(root, 'sdk', name), join(copy, name))
  await run(process.execPath, [compiler, '-p', join(root, 'sdk'), '--outDir', join(copy, 'dist')])
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts'], { cwd: copy })
  const [{ filename }] = JSON.parse(stdout)
  return join(copy, filename)
}

/** Offline: what the SDK depends on comes from this repository's own node_modules. */
async function install(tarball: string): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(join(root, 'sdk', 'package.json'), 'utf8'))
  expect(Object.keys(dependencies)).toEqual(['openapi-fetch'])
  const from = (name: string) => `file:${join(modules, name)}`
  const local = ['openapi-fetch', 'openapi-typescript-helpers']
  const manifest = {
    type: 'module',
    dependencies: {
      '@parley/client': `file:${tarball}`,
      ...Object.fromEntries(local.map((name) => [name, from(name)])),
    },
  }
  await writeFile(join(project, 'package.json'), JSON.stringify(manifest))
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund'], { cwd: project })
  // What the person who follows the README has besides.
  for (const name of ['ws', '@types/ws', '@types/node', 'undici-types']) {
    const link = join(project, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(modules, name), link)
  }
}

/** The first code of the README, against this server. */
async function twentyLines(): Promise<string> {
  const readme = await readFile(join(root, 'sdk', 'README.md'), 'utf8')
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? []
  expect(code.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20)
  expect(code).toContain("'http://localhost:3000'")
  // The front page shows the same.
  expect(await readFile(join(root, 'README.md'), 'utf8')).toContain(code)
  return code.replace('http://localhost:3000', started.url)
}

test("the README's twenty lines compile in an empty project, and two people talk with them", async () => {
  await writeFile(join(project, 'chat.ts'), await twentyLines())
  const settings = { target: 'es2023', module: 'nodenext', strict: true, skipLibCheck: false }
  const compilerOptions = { ...settings, types: ['node'] }
  await writeFile(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['chat.ts'] }),
  )
  await run(process.execPath, [compiler, '-p', project], { cwd: project }).catch(({ stdout }) => {
    throw new Error(stdout)
  })
  const talk = (name: string) => {
    const child = spawn(process.execPath, ['chat.js', name], { cwd: project })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    }
    return { child, said: () => output, say: (text: string) => child.stdin.write(`${text}\n`) }
  }
  const ada = talk('ada')
  try {
    await vi.waitFor(
      () => started.client().login({ login: 'ada', password: 'ada at parley' }),
      9000,
    )
    ada.say('Who is coming?')
    await vi.waitFor(() => expect(ada.said()).toContain('ada Who is coming? sent'), 9000)
    const ben = talk('ben')
    await vi.waitFor(() => expect(ben.said()).toContain('ada Who is coming? sent'), 9000)
    ben.say('I am')
    await vi.waitFor(() => expect(ada.said()).toContain('ben I am sent'), 9000)
    ben.child.kill()
    await once(ben.child, 'exit')
  } finally {
    ada.child.kill()
  }
}, 60_000)

test('without a global WebSocket Node is told where to get one', async () => {
  const script = `
    import { ParleyClient } from '@parley/client'
    globalThis.WebSocket = undefined
    const session = { id: '', accessToken: '', refreshToken: '', expiresIn: 600 }
    const client = new ParleyClient({ url: 'http://127.0.0.1:1', session })
    await client.connect().catch(({ code, message }) => console.log(code, message))`
  const flags = ['--input-type=module', '--eval', script]
  const { stdout } = await run(process.execPath, flags, { cwd: project })
  expect(stdout).toMatch(/^no_websocket unable to connect; .*import \{ WebSocket \} from 'ws'/)
})

test('bundled with all it needs it stays under 12 KB', async () => {
  const entry = join(project, 'entry.js')
  await writeFile(entry, "export { ParleyClient, ParleyError } from '@parley/client'")
  const bundle = await rolldown({ input: entry, platform: 'browser' })
  const { output } = await bundle.generate({ format: 'esm', minify: true, comments: false })
  expect(output).toHaveLength(1)
  expect(output[0].imports).toEqual([])
  expect(gzipSync(output[0].code, { level: 9 }).length).toBeLessThan(12 * 1024)
})
