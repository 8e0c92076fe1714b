/** Running PostgreSQL's programs as somebody. */
import { spawn } from 'node:child_process'

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

const LIBRARY_PATH = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'

/** Start `program` as `identity`: no inherited environment, and a working directory that anyone can enter. */
export function spawnAs(
  identity: Identity,
  program: string,
  args: string[],
  options: {
    libraryPath: string | null
    stdio: ('ignore' | 'pipe' | number)[]
    detached?: boolean
  },
) {
  const [file = program, ...rest] = [...identity.prefix, program, ...args]
  return spawn(file, rest, {
    cwd: '/',
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/run/current-system/sw/bin',
      LC_ALL: 'C',
      TZ: 'UTC',
      ...(options.libraryPath === null ? {} : { [LIBRARY_PATH]: options.libraryPath }),
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
  libraryPath: string | null,
): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    let output = ''
    const child = spawnAs(identity, program, args, {
      libraryPath,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const collect = (chunk: Buffer) => (output += chunk.toString())
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
    child.on('error', (error) => resolve({ ok: false, output: error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, output: output.trim() }))
  })
}
