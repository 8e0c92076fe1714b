import type { Options } from '../rig/options.ts'

/** A process may hold 20,000 open files, the server's among them. */
const most = 18_000

/** How many clients a crowd has: as asked for, or as usual. Error where they are too many. */
export function crowdSize({ clients, quick }: Options, usual: number): number {
  const count = clients ?? (quick ? 500 : usual)
  if (count > most) throw new Error(`--clients must be at most ${most}, not ${count}`)
  return count
}
