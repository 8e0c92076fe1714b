import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountOf } from './irc-person.ts'

const anything = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('utf16le'))

describe('the account of a nick', () => {
  it.each([
    ['Flannel', 'flannel'],
    ['Ruffian|JANE', 'ruffian_jane'],
    ['[PG]_Sinnlos', '_pg__sinnlos'],
    ['q2', 'q2_'],
    ['^', '___'],
    ['größe', 'gr__e'],
    ['x'.repeat(40), 'x'.repeat(32)],
  ])('%s has the username %s and keeps its spelling as display name', (nick, username) => {
    expect(accountOf(nick, 0)).toMatchObject({ username, displayName: nick })
  })

  it('tries further usernames where one is taken, none longer than 32', () => {
    expect([0, 1, 2].map((attempt) => accountOf('Matt|', attempt).username)).toEqual([
      'matt_',
      'matt_-2',
      'matt_-3',
    ])
    expect(accountOf('x'.repeat(40), 9).username).toBe(`${'x'.repeat(29)}-10`)
  })

  it('is one for all spellings in upper and lower case, and one for each other nick', () => {
    expect(accountOf('RubenV', 3).id).toBe(accountOf('rubenv', 0).id)
    expect(accountOf('matt_', 0).id).not.toBe(accountOf('matt|', 0).id)
  })

  it('shows the username where nothing of the nick can be shown', () => {
    expect(accountOf('\u202e', 0).displayName).toBe('___')
  })

  it('has a username that registration would take, whatever the nick', () => {
    fc.assert(
      fc.property(anything, fc.nat(200), (nick, attempt) => {
        expect(accountOf(nick, attempt).username).toMatch(/^[a-z0-9_.-]{3,32}$/)
      }),
    )
  })
})
