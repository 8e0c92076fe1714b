/** What axe finds wrong on a page. */
import axe from 'axe-core'
import type { Result } from 'axe-core'
import type { Person } from './person.ts'

declare global {
  interface Window {
    axe: typeof axe
  }
}

interface Look {
  /** A part of the page; otherwise the whole one. */
  within?: string
  /** Otherwise all rules. */
  rules?: string[]
}

/** Faults that keep somebody from using the page, or nearly so, each as a line. */
export async function faultsOn({ page }: Person, look: Look = {}): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  const { violations } = await page.evaluate(
    ({ within, rules }) =>
      window.axe.run(within ?? document, rules ? { runOnly: { type: 'rule', values: rules } } : {}),
    look,
  )
  const { pathname } = new URL(page.url())
  const theme = await page.evaluate(() =>
    matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap((fault) =>
      placesOf(fault).map((place) => `${pathname} (${theme}): ${fault.id} at ${place}`),
    )
}

function placesOf({ nodes }: Result): string[] {
  return nodes.map(({ target, any }) => `${target.join(' ')} ${any[0]?.message ?? ''}`)
}
