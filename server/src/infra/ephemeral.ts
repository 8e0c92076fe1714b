/** That somebody (`holder`) is behind a name (`key`), for as long as it is renewed. */
export interface Lease {
  key: string
  holder: string
}

/** State that may be lost at any time and ends by itself: leases, no flag that can stick (E2). */
export interface EphemeralStore {
  /** Holds or renews these leases for so long from now. */
  hold(leases: readonly Lease[], forMs: number): Promise<void>
  release(leases: readonly Lease[]): Promise<void>
  /** Takes a name for so long; false where somebody took it less long ago. */
  claim(name: string, forMs: number): Promise<boolean>
  /** Which of these keys somebody holds. */
  held(keys: readonly string[]): Promise<Set<string>>
}
