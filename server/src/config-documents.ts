/** The settings as an operator reads them: `.env.example` and the table in docs/operations.md. */
import { providerSettings } from './provider-settings.ts'
import type { Setting } from './setting.ts'
import { settings } from './settings.ts'

// What is set for each provider stands right after the setting that names them.
const all: Setting<unknown>[] = Object.values(settings).flatMap((one: Setting<unknown>) =>
  one === settings.oidcProviders ? [one, ...Object.values(providerSettings)] : [one],
)

/** The text of `.env.example`: every setting, commented out, with its fallback or an example. */
export function renderEnvExample(): string {
  const head =
    '# Settings of Parley: copy to .env and uncomment what you change. Written by `npm run gen`.\n'
  return [head, ...all.map(example)].join('\n')
}

function example(setting: Setting<unknown>): string {
  const { name, fallbackText, example: shown = fallbackTextOf(setting), secret } = setting
  const notes = [
    fallbackText !== undefined && `Default: ${fallbackText}.`,
    secret && `Also from a file: ${name}_FILE.`,
  ]
  const about = [setting.about, ...notes.filter(Boolean)].join(' ')
  return `${wrap(about)
    .map((line) => `# ${line}\n`)
    .join('')}#${name}=${shown}\n`
}

function wrap(text: string, width = 100): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trim()
    if (longer.length > width) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}

const begin = '<!-- settings: written by `npm run gen` -->'
const end = '<!-- end of settings -->'

/** `page` with the table of all settings between its two marks; unchanged where it has none. */
export function renderSettings(page: string): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (after === undefined) return page
  const rows = all.map((setting) => {
    const name = setting.secret
      ? `\`${setting.name}\`<br>\`${setting.name}_FILE\``
      : `\`${setting.name}\``
    return `| ${name} | ${fallbackTextOf(setting)} | ${setting.about} |`
  })
  const table = ['| setting | default | what it does |', '| --- | --- | --- |', ...rows].join('\n')
  return `${before}${begin}\n${table}\n${end}${after}`
}

function fallbackTextOf({ fallback, fallbackText }: Setting<unknown>): string {
  return fallbackText ?? String(fallback)
}
