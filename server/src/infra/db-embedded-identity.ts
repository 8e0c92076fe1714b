/**
 * As whom PostgreSQL runs: it refuses root. As root another user runs it; where no other user can enter the folders (a
 * 0700 home), root itself does in a user namespace that calls it nobody, which needs no copy and no open folder.
 */
import { spawn } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EmbeddedPostgresError } from './db-embedded-error.ts'

export interface Owner {
  uid: number
  gid: number
}

export interface Identity {
  /** What comes before a program and its arguments. */
  prefix: string[]
  /** The user to change to, or null to stay who we are. */
  user: Owner | null
  /** Who must own PostgreSQL's files, or null where nobody but us can. */
  owner: Owner | null
}

export interface Surroundings {
  postgres: string
  libraryDir: string | null
  /** The folders PostgreSQL must be able to enter. */
  folders: string[]
  dataDir: string
}

/** The first identity under which PostgreSQL starts here, and the major version it answers with. */
export async function findIdentity(
  around: Surroundings,
): Promise<{ identity: Identity; major: number }> {
  let said = ''
  for (const identity of await candidates(around.dataDir)) {
    const answer = await probe(identity, around)
    if (answer.major !== null) return { identity, major: answer.major }
    said = answer.said
  }
  throw await refusal(around, said)
}

/** Start `program` as `identity`: no inherited environment, and a working directory that anyone can enter. */
export function spawnAs(
  identity: Identity,
  program: string,
  args: string[],
  options: { libraryDir: string | null; stdio: ('ignore' | 'pipe' | number)[]; detached?: boolean },
) {
  const [file = program, ...rest] = [...identity.prefix, program, ...args]
  return spawn(file, rest, {
    cwd: '/',
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/run/current-system/sw/bin',
      LC_ALL: 'C',
      TZ: 'UTC',
      ...(options.libraryDir === null ? {} : libraryPath(options.libraryDir)),
    },
    stdio: options.stdio,
    detached: options.detached ?? false,
    ...(identity.user === null ? {} : identity.user),
  })
}

/** Run a program to its end as `identity`; never throws. */
export async function runAs(
  identity: Identity,
  program: string,
  args: string[],
  libraryDir: string | null,
): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    let output = ''
    const child = spawnAs(identity, program, args, {
      libraryDir,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const collect = (chunk: Buffer) => (output += chunk.toString())
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
    child.on('error', (error) => resolve({ ok: false, output: error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, output: output.trim() }))
  })
}

function libraryPath(dir: string): Record<string, string> {
  return { [process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH']: dir }
}

const ourselves: Identity = { prefix: [], user: null, owner: null }

async function candidates(dataDir: string): Promise<Identity[]> {
  const nobody = await findNobody()
  const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const mapped: Identity = {
    prefix: ['unshare', '--user', `--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`],
    user: null,
    owner: self.uid === 0 ? self : null,
  }
  // Not root: the mapping helps a user id without a name, which initdb refuses.
  if (self.uid !== 0) return [ourselves, mapped]
  // Whoever owns the folder can still start Parley as herself after root did it once.
  const { uid, gid } = await stat(dataDir)
  const users = uid === 0 || uid === nobody.uid ? [nobody] : [{ uid, gid }, nobody]
  return [...users.map((user) => ({ prefix: [], user, owner: user })), mapped]
}

async function findNobody(): Promise<Owner> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd) ?? []
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) }
}

/** Asks the kernel by doing it: be that user, have a name, enter the folders, run the program. */
async function probe(
  identity: Identity,
  { postgres, libraryDir, folders }: Surroundings,
): Promise<{ major: number | null; said: string }> {
  const script = `id -un >/dev/null || exit 1; for folder; do cd "$folder" || exit 1; done; exec "$0" --version`
  const { ok, output } = await runAs(
    identity,
    '/bin/sh',
    ['-c', script, postgres, ...folders],
    libraryDir,
  )
  const major = ok ? /PostgreSQL\) (\d+)/.exec(output)?.[1] : undefined
  return { major: major === undefined ? null : Number(major), said: output }
}

async function refusal(around: Surroundings, said: string): Promise<EmbeddedPostgresError> {
  const { ok, output } = await runAs(ourselves, around.postgres, ['--version'], around.libraryDir)
  if (!ok) {
    return new EmbeddedPostgresError(
      `its programs do not run on this system (${output}); set DATABASE_URL to a PostgreSQL server`,
    )
  }
  for (const folder of around.folders) {
    const closed = await closedFolder(folder)
    if (closed !== null)
      return closedTo(closed, 'set DATA_DIR to a folder that other users can enter')
  }
  const closed = await closedFolder(dirname(around.postgres))
  if (closed !== null)
    return closedTo(closed, 'install Parley in a folder that other users can enter')
  return new EmbeddedPostgresError(
    `no user of this system can run it (${said}); set DATABASE_URL to a PostgreSQL server`,
  )
}

function closedTo(folder: string, remedy: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `it refuses to run as root, no other user can enter ${folder}, and user namespaces are refused here; ` +
      `${remedy}, or set DATABASE_URL to a PostgreSQL server`,
  )
}

async function closedFolder(folder: string): Promise<string | null> {
  const parent = dirname(folder)
  const above = parent === folder ? null : await closedFolder(parent)
  if (above !== null) return above
  return ((await stat(folder)).mode & 0o001) === 0 ? folder : null
}
