import type { Member } from '@parley/client'

const ranks = { owner: 0, admin: 1, member: 2 }
const { compare } = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true })

/** Those whose name holds the text, owners and admins first, then by name. */
export function inOrder(members: readonly Member[], text = ''): readonly Member[] {
  const wanted = text.trim().toLocaleLowerCase()
  const fits = ({ user }: Member): boolean =>
    user.username.includes(wanted) || user.displayName.toLocaleLowerCase().includes(wanted)
  return members
    .filter(fits)
    .toSorted(
      (a, b) => ranks[a.role] - ranks[b.role] || compare(a.user.displayName, b.user.displayName),
    )
}
