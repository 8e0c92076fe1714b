/** A real browser for the tests: Debian's Chromium, started headless with an empty profile. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

const run = promisify(execFile)

const flags = [
  '--no-sandbox', // as root Chromium refuses to start with it
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The browser, or null (said loudly) where there is none and it must not be installed. */
export async function startChromium(): Promise<Browser | null> {
  const executablePath = findChromium() ?? (await installChromium())
  if (executablePath) return chromium.launch({ executablePath, args: flags })
  console.warn(
    '\n*** Tests: NO CHROMIUM, its tests are SKIPPED. Run `apt-get install chromium`. ***\n',
  )
  return null
}

function findChromium(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  const programs = folders.flatMap((folder) =>
    ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)),
  )
  return programs.find((program) => existsSync(program)) ?? null
}

/** Does nothing where it is refused (PARLEY_TEST_INSTALL=0), not Debian, or not root. */
async function installChromium(): Promise<string | null> {
  if (process.env['PARLEY_TEST_INSTALL'] === '0') return null
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return null
  console.log(
    'Tests: no Chromium found, installing chromium with apt-get (PARLEY_TEST_INSTALL=0 refuses)',
  )
  try {
    await apt('install').catch(async () => {
      await apt('update')
      await apt('install')
    })
  } catch (error) {
    console.error(`Tests: unable to install chromium; ${String(error)}`)
  }
  return findChromium()
}

async function apt(command: 'install' | 'update'): Promise<void> {
  const what = command === 'install' ? ['-y', '--no-install-recommends', 'chromium'] : []
  // Another run may be installing it right now.
  await run('apt-get', [command, '-q', '-o', 'DPkg::Lock::Timeout=120', ...what], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
  })
}
