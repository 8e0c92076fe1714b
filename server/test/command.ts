/** The command line, or another program, as its own process. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { builtFile } from './built.ts'

const parley = await builtFile('cli/parley.js')
const home = fileURLToPath(new URL('..', import.meta.url))

interface CommandOptions {
  /** The environment, and no other. */
  settings?: Record<string, string>
  /** A program in TypeScript instead of `parley`. */
  file?: string
  /** What it reads from standard input. */
  input?: string
}

export interface Command {
  /** Standard output and error so far, as they came. */
  output: () => string
  /** Resolves when the process ended: its exit code, or the signal that killed it. */
  ended: Promise<number | NodeJS.Signals>
  kill: (signal: NodeJS.Signals) => void
}

/** Start `parley <args>`. */
export function startCommand(args: string[], options: CommandOptions = {}): Command {
  const { settings, file, input = '' } = options
  const program = file === undefined ? [parley] : ['--import', 'tsx', file]
  const child = spawn(process.execPath, [...program, ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'], ...settings },
    stdio: 'pipe',
  })
  child.stdin.on('error', () => {}).end(input) // it may end without reading
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const ended = once(child, 'close').then(
    ([code, signal]: (number | NodeJS.Signals | null)[]) => code ?? signal ?? 1,
  )
  return { output: () => output, ended, kill: (signal) => child.kill(signal) }
}

/** Run `parley <args>` to its end. */
export async function runCommand(args: string[], options: CommandOptions = {}) {
  const command = startCommand(args, options)
  const code = await command.ended
  return { code, output: command.output() }
}

const address = /the page is at (http:\/\/[\d.:]+)\//

/** Start `parley serve` on any free port; resolves once it listens, with its address. */
export async function startServer({ settings, ...options }: CommandOptions) {
  const command = startCommand(['serve'], { settings: { PORT: '0', ...settings }, ...options })
  const listens = vi.waitUntil(() => address.exec(command.output())?.[1], { timeout: 60_000 })
  const url = await Promise.race([listens, command.ended])
  if (typeof url === 'string' && url.startsWith('http')) return { command, url }
  throw new Error(`the server ended (${url}): ${command.output()}`)
}
