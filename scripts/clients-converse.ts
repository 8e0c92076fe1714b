// The programs of docs/clients.md, run as they stand there.
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')

/** Checks the types of the program in `folder`, beside the generated client, and runs it against
 *  the server; answers what it printed. */
export async function converseInTypescript(folder: string, url: string): Promise<string> {
  await writeFile(join(folder, 'conversation.ts'), await programIn('ts'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'dom', 'dom.iterable'],
    module: 'nodenext',
    strict: true,
    skipLibCheck: false,
    typeRoots: [join(modules, '@types')],
    types: ['node'],
  }
  const project = { compilerOptions, files: ['conversation.ts'] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project))
  const compiler = join(modules, '@typescript', 'native', 'bin', 'tsc')
  await run(process.execPath, [compiler, '-p', folder]).catch(({ stdout }: { stdout: string }) => {
    throw new Error(`the types of the generated client do not fit:\n${stdout}`)
  })
  return converse(process.execPath, join(folder, 'conversation.js'), url)
}

/** Runs the program in `folder`, beside the generated types; null, said loudly, where there is no
 *  Python. */
export async function converseInPython(folder: string, url: string): Promise<string | null> {
  const python = await findPython()
  if (python === null) {
    console.warn('\n*** NO PYTHON 3.7 OR LATER: its client is SKIPPED. ***\n')
    return null
  }
  await writeFile(join(folder, 'conversation.py'), await programIn('python'))
  return converse(python, join(folder, 'conversation.py'), url)
}

async function converse(program: string, file: string, url: string): Promise<string> {
  const { stdout } = await run(program, [file], { env: { ...process.env, PARLEY_URL: url } })
  return stdout
}

async function findPython(): Promise<string | null> {
  for (const name of ['python3', 'python']) {
    // 3.7 is the first with dataclasses.
    const script = 'import sys; sys.exit(sys.version_info < (3, 7))'
    const found = await run(name, ['-c', script]).catch(() => null)
    if (found !== null) return name
  }
  return null
}

/** The code block of this language in docs/clients.md. */
async function programIn(language: 'ts' | 'python'): Promise<string> {
  const page = await readFile(join(root, 'docs', 'clients.md'), 'utf8')
  const [, code] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? []
  if (code === undefined) throw new Error(`docs/clients.md holds no program in ${language}`)
  return code
}
