import type { History } from '../history.ts'
import { checkConnections } from './connection-checks.ts'
import { checkOneContent, checkOneIdentity } from './content-checks.ts'
import { Findings } from './findings.ts'
import { checkLags } from './lag.ts'
import * as log from './log-checks.ts'
import * as membership from './membership-checks.ts'
import { checkNothingGoesBack, checkReads } from './read-checks.ts'
import { Truth } from './truth.ts'

const checks: readonly ((history: History, truth: Truth, findings: Findings) => void)[] = [
  log.checkAcknowledged,
  log.checkNothingTwice,
  log.checkDense,
  checkOneIdentity,
  checkOneContent,
  log.checkNothingInvented,
  checkConnections,
  log.checkPipelined,
  checkReads,
  checkNothingGoesBack,
  checkLags,
  membership.checkReadersAreMembers,
  membership.checkActorsAreMembers,
  membership.checkSessionsEnd,
]

/** Holds a recorded history against the twelve invariants. */
export function checkHistory(history: History): Findings {
  const findings = new Findings()
  const truth = new Truth(history)
  for (const check of checks) check(history, truth, findings)
  return findings
}
