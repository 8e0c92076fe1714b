/** The command line, or another program, as its own process, from the sources. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../src/cli/parley.ts', import.meta.url))
const home = fileURLToPath(new URL('..', import.meta.url))

export interface Command {
  /** Standard output and error so far, as they came. */
  output: () => string
  /** Resolves when the process ended: its exit code, or the signal that killed it. */
  ended: Promise<number | NodeJS.Signals>
  kill: (signal: NodeJS.Signals) => void
}

/** Start `parley <args>`, or another program, with these settings and no others. */
export function startCommand(
  args: string[],
  settings: Record<string, string> = {},
  file = program,
): Command {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
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
export async function runCommand(args: string[], settings: Record<string, string> = {}) {
  const command = startCommand(args, settings)
  const code = await command.ended
  return { code, output: command.output() }
}
