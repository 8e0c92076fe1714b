import { median } from '../report/table.ts'
import type { System } from '../rig/system.ts'
import type { Measurement } from './measure.ts'

/** Each round measures every system once, so that whatever else the machine does meets all. */
export async function inTurns<S extends System>(
  systems: readonly S[],
  rounds: number,
  once: (system: S) => Promise<Measurement>,
): Promise<Map<S, Measurement[]>> {
  const results = new Map<S, Measurement[]>(systems.map((system) => [system, []]))
  for (let round = 0; round < rounds; round++) {
    for (const system of systems) results.get(system)?.push(await once(system))
  }
  return results
}

export function middle(all: readonly Measurement[], of: (one: Measurement) => number): number {
  return median(all.map(of))
}
