import { spawn, spawnSync } from 'node:child_process'
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  ask,
  asRoot,
  postmasterPid,
  startElsewhere,
  startHere,
  tempFolder,
  until,
  useDataFolders,
} from '../../test/servers/embedded.ts'
import { findBinaries } from './db-embedded-binaries.ts'

const dataFolder = useDataFolders()

async function statusOf(dataDir: string) {
  const pid = await postmasterPid(dataDir)
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1]
  const inside = (await readlink(`/proc/${pid}/ns/user`)) !== (await readlink('/proc/self/ns/user'))
  return { uid: Number(field('Uid')), capabilities: Number(field('CapEff')), inside }
}

/** The installed package's programs, reached through a folder that only root may enter. */
async function closedPrograms(): Promise<string> {
  const folder = await tempFolder('closed')
  await symlink(await installedPrograms(), join(folder, 'bin'))
  return join(folder, 'bin')
}

async function installedPrograms(): Promise<string> {
  return dirname((await findBinaries(undefined, '/nowhere')).postgres)
}

/** The same where any user reaches them, which is not so in a clone inside a closed folder. */
let openPrograms = ''
let copied: string | null = null

beforeAll(async () => {
  openPrograms = await installedPrograms()
  const nobody = { uid: 65534, gid: 65534, cwd: '/' }
  if (!asRoot || spawnSync(join(openPrograms, 'postgres'), ['-V'], nobody).status === 0) return
  const folder = await mkdtemp(join(tmpdir(), 'parley-programs-'))
  await chmod(folder, 0o755)
  await cp(dirname(openPrograms), folder, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a'),
  })
  openPrograms = join(folder, 'bin')
  copied = folder
})

afterAll(async () => {
  if (copied !== null) await rm(copied, { recursive: true })
})

describe.runIf(asRoot)('as root', () => {
  test('nobody runs PostgreSQL, and owns its files', async () => {
    const dataDir = await dataFolder()
    const server = await startHere(dataDir, { binDir: openPrograms })
    const status = await statusOf(dataDir)
    expect(status).toEqual({ uid: 65534, capabilities: 0, inside: false })
    expect((await stat(join(dataDir, 'postgres'))).uid).toBe(65534)
    expect((await stat(join(dataDir, 'postgres', 'base', '1', '1259'))).uid).toBe(65534)
    expect(await ask(server.connectionString, 'SELECT 1')).toBe(1)
  })

  test('who owns the data folder runs it, and can go on without root', async () => {
    const dataDir = await dataFolder()
    await chown(dataDir, 2, 2) // the user bin, on every system
    await startHere(dataDir, { binDir: openPrograms })
    expect((await statusOf(dataDir)).uid).toBe(2)
  })

  test('an owner without a name, whom initdb refuses, does not', async () => {
    const dataDir = await dataFolder()
    await chown(dataDir, 54_321, 54_321)
    await startHere(dataDir, { binDir: openPrograms })
    expect((await statusOf(dataDir)).uid).toBe(65534)
  })

  test('data in a closed folder is reached in a user namespace, without root’s powers', async () => {
    const dataDir = await dataFolder()
    await chmod(dataDir, 0o700)
    const server = await startHere(dataDir)
    expect(await statusOf(dataDir)).toEqual({ uid: 0, capabilities: 0, inside: true })
    expect(
      await ask(server.connectionString, "SELECT count(*) FROM pg_read_file('PG_VERSION')"),
    ).toBe('1')
  })

  test('programs in a closed folder are run in a user namespace', async () => {
    const dataDir = await dataFolder()
    const server = await startHere(dataDir, { binDir: await closedPrograms() })
    expect(await statusOf(dataDir)).toEqual({ uid: 0, capabilities: 0, inside: true })
    expect(await ask(server.connectionString, 'SELECT 1')).toBe(1)
  })

  test('the data changes hands when its folder is closed, opened, and closed again', async () => {
    const dataDir = await dataFolder()
    const uids = []
    for (const mode of [0o755, 0o700, 0o755, 0o700]) {
      await chmod(dataDir, mode)
      const server = await startHere(dataDir, { binDir: openPrograms })
      uids.push((await statusOf(dataDir)).uid)
      await ask(server.connectionString, `CREATE TABLE run_${uids.length} ()`)
      await server.stop()
    }
    expect(uids).toEqual([65534, 0, 65534, 0])
  })

  test('a socket folder that somebody else made first is refused', async () => {
    const dataDir = await dataFolder('long'.repeat(25))
    const first = await startHere(dataDir)
    const folder = new URL(first.connectionString).searchParams.get('host') ?? ''
    await first.stop()
    await mkdir(folder)
    onTestFinished(() => rmdir(folder))
    await chown(folder, 2, 2)
    await expect(startHere(dataDir)).rejects.toThrow(
      `${folder} belongs to somebody else; remove it`,
    )
  })
})

describe.runIf(asRoot)('as root where user namespaces are refused, as in most containers', () => {
  test('an open folder works', async () => {
    const dataDir = await dataFolder()
    const { error } = await startElsewhere(dataDir, { binDir: openPrograms }, await containerLike())
    expect(error).toBeNull()
    expect((await statusOf(dataDir)).uid).toBe(65534)
  })

  test('a closed data folder is named, with the way out', async () => {
    const closed = await tempFolder('closed')
    const { error } = await startElsewhere(join(closed, 'data'), {}, await containerLike())
    expect(error).toBe(
      'unable to start embedded PostgreSQL; it refuses to run as root, no other user can enter ' +
        `${closed}, and user namespaces are refused here; set DATA_DIR to a folder that other users ` +
        'can enter, or set DATABASE_URL to a PostgreSQL server',
    )
  })

  test('closed programs are named, with the way out', async () => {
    const binDir = await closedPrograms()
    const { error } = await startElsewhere(await dataFolder(), { binDir }, await containerLike())
    expect(error).toContain(`no other user can enter ${dirname(binDir)}, and user namespaces`)
    expect(error).toContain('install Parley in a folder that other users can enter')
  })
})

test('programs that do not run on this system are told with what the system says', async () => {
  const binDir = await tempFolder()
  await writeFile(join(binDir, 'postgres'), '#!/nowhere/ld.so\n', { mode: 0o755 })
  await expect(startHere(await dataFolder(), { binDir })).rejects.toThrow(
    /^unable to start embedded PostgreSQL; its programs do not run on this system \(.*ENOENT.*\); set DATABASE_URL/,
  )
})

/** What runs a command as a root with every power but that of making user namespaces. */
async function containerLike(): Promise<string[]> {
  const holder = spawn('unshare', ['--user', 'sleep', '60'])
  onTestFinished(() => void holder.kill())
  const pid = String(holder.pid)
  const own = await readlink('/proc/self/ns/user')
  await until(async () => (await readlink(`/proc/${pid}/ns/user`)) !== own)
  await writeFile(`/proc/${pid}/uid_map`, '0 0 65536')
  await writeFile(`/proc/${pid}/gid_map`, '0 0 65536')
  const script = 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$0" "$@"'
  return [
    'nsenter',
    '--user',
    '--target',
    pid,
    '--setuid',
    '0',
    '--setgid',
    '0',
    'sh',
    '-c',
    script,
  ]
}
