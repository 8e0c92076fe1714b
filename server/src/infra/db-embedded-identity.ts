/**
 * As whom PostgreSQL runs: it refuses root. As root another user runs it; where no other user can enter the folders (a
 * 0700 home), root itself does in a user namespace that calls it nobody, which needs no copy and no open folder.
 */
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EmbeddedPostgresError } from './db-embedded-error.ts'
import { runAs } from './db-embedded-spawn.ts'
import type { Identity, Owner } from './db-embedded-spawn.ts'

export interface Surroundings {
  postgres: string
  libraryPath: string | null
  /** The folders PostgreSQL must be able to enter. */
  folders: string[]
  dataDir: string
}

/** The first identity under which PostgreSQL starts here, and the major version it answers with. */
export async function findIdentity(
  around: Surroundings,
): Promise<{ identity: Identity; major: number }> {
  const said: string[] = []
  for (const identity of await candidates(around.dataDir)) {
    const answer = await probe(identity, around)
    if (answer.major !== null) return { identity, major: answer.major }
    said.push(answer.said)
  }
  throw await refusal(around, said.join('; '))
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
  { postgres, libraryPath, folders }: Surroundings,
): Promise<{ major: number | null; said: string }> {
  const script = `id -un >/dev/null || exit 1; for folder; do cd "$folder" || exit 1; done; exec "$0" --version`
  const { ok, output } = await runAs(
    identity,
    '/bin/sh',
    ['-c', script, postgres, ...folders],
    libraryPath,
  )
  const major = ok ? /PostgreSQL\) (\d+)/.exec(output)?.[1] : undefined
  return { major: major === undefined ? null : Number(major), said: output }
}

async function refusal(around: Surroundings, said: string): Promise<EmbeddedPostgresError> {
  const { ok, output } = await runAs(ourselves, around.postgres, ['--version'], around.libraryPath)
  if (!ok) {
    return new EmbeddedPostgresError(
      `its programs do not run on this system (${output}); set DATABASE_URL to a PostgreSQL server`,
    )
  }
  const closed = process.getuid?.() === 0 ? await closedTo(around) : null
  if (closed !== null) return closed
  return new EmbeddedPostgresError(
    `it cannot be run by this user (${said}); set DATABASE_URL to a PostgreSQL server`,
  )
}

async function closedTo({
  folders,
  postgres,
}: Surroundings): Promise<EmbeddedPostgresError | null> {
  const remedies = new Map([
    [dirname(postgres), 'install Parley in a folder that other users can enter'],
  ])
  for (const folder of folders)
    remedies.set(folder, 'set DATA_DIR to a folder that other users can enter')
  for (const [folder, remedy] of remedies) {
    const closed = await closedFolder(folder)
    if (closed === null) continue
    return new EmbeddedPostgresError(
      `it refuses to run as root, no other user can enter ${closed}, and user namespaces are refused here; ` +
        `${remedy}, or set DATABASE_URL to a PostgreSQL server`,
    )
  }
  return null
}

async function closedFolder(folder: string): Promise<string | null> {
  const parent = dirname(folder)
  const above = parent === folder ? null : await closedFolder(parent)
  if (above !== null) return above
  return ((await stat(folder)).mode & 0o001) === 0 ? folder : null
}
