/** Brings Debian's Redis onto a machine that has none, so that a fresh clone can run every test. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { errnoOf } from '../../src/infra/db-embedded-error.ts'

const run = promisify(execFile)
const POLICY = '/usr/sbin/policy-rc.d'

/** Does nothing where it is refused (PARLEY_TEST_INSTALL=0), not Debian, or not root. */
export async function installRedis(): Promise<void> {
  if (process.env['PARLEY_TEST_INSTALL'] === '0') return
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return
  console.log(
    'Tests: no Redis found, installing redis-server with apt-get (PARLEY_TEST_INSTALL=0 refuses)',
  )
  try {
    await withoutServiceStart(async () => {
      await apt('install').catch(async () => {
        await apt('update')
        await apt('install')
      })
    })
  } catch (error) {
    console.error(`Tests: unable to install redis-server; ${String(error)}`)
  }
}

async function apt(command: 'install' | 'update'): Promise<void> {
  const what = command === 'install' ? ['-y', '--no-install-recommends', 'redis-server'] : []
  // Another run may be installing it right now.
  await run('apt-get', [command, '-q', '-o', 'DPkg::Lock::Timeout=120', ...what], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
  })
}

/** Debian starts a service it installs unless this file forbids it; one that is already there is left alone. */
async function withoutServiceStart(work: () => Promise<void>): Promise<void> {
  try {
    await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { flag: 'wx', mode: 0o755 })
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    return work()
  }
  try {
    await work()
  } finally {
    await rm(POLICY, { force: true })
  }
}
