/** Who is let in where: the expected answer of every cell of the authorisation matrix, by policy.
 *  authorisation-rows.ts says which operation has which policy, authorisation.test.ts asks. */

/** Who asks. The tokens of the first five are those of whoever may most. */
export const callers = [
  'no-token',
  'expired', // its token has run out
  'ended', // its session has ended
  'purpose', // its token was made, with the right key, to reset a password
  'suspended',
  'stranger',
  'ex-member',
  'member',
  'admin', // of the room
  'owner',
  'server-admin', // a stranger to the room
] as const
export type CallerName = (typeof callers)[number]

export const places = ['group', 'channel', 'direct', 'archived'] as const
export type Place = (typeof places)[number]

/** What each word of the table stands for; `yes` is the answer that the row of the operation names,
 *  `.` that there is no such caller: nobody leaves or administers a direct room. */
export const words = {
  closed: '401 unauthenticated',
  no: '403 forbidden',
  hidden: '404 room_not_found',
  fixed: '409 direct_room_fixed',
  archived: '409 room_archived',
} as const
export type Word = keyof typeof words | 'yes' | '.'

const table = `
policy           place     no-token expired ended  purpose suspended stranger ex-member member   admin    owner    server-admin

everyone         -         yes      yes     yes    yes     yes       yes      yes       yes      yes      yes      yes
signed-in        -         closed   closed  closed closed  closed    yes      yes       yes      yes      yes      yes
another's        -         closed   closed  closed closed  closed    no       no        no       no       no       no
administration   -         closed   closed  closed closed  closed    no       no        no       no       no       yes

see              group     closed   closed  closed closed  closed    hidden   hidden    yes      yes      yes      hidden
see              channel   closed   closed  closed closed  closed    yes      yes       yes      yes      yes      yes
see              direct    closed   closed  closed closed  closed    hidden   .         yes      .        .        hidden
see              archived  closed   closed  closed closed  closed    hidden   hidden    yes      yes      yes      hidden

read             group     closed   closed  closed closed  closed    hidden   hidden    yes      yes      yes      hidden
read             channel   closed   closed  closed closed  closed    no       no        yes      yes      yes      no
read             direct    closed   closed  closed closed  closed    hidden   .         yes      .        .        hidden
read             archived  closed   closed  closed closed  closed    hidden   hidden    yes      yes      yes      hidden

write            group     closed   closed  closed closed  closed    hidden   hidden    yes      yes      yes      hidden
write            channel   closed   closed  closed closed  closed    no       no        yes      yes      yes      no
write            direct    closed   closed  closed closed  closed    hidden   .         yes      .        .        hidden
write            archived  closed   closed  closed closed  closed    hidden   hidden    archived archived archived hidden

edit-another's   group     closed   closed  closed closed  closed    hidden   hidden    no       no       no       hidden
edit-another's   channel   closed   closed  closed closed  closed    no       no        no       no       no       no
edit-another's   direct    closed   closed  closed closed  closed    hidden   .         no       .        .        hidden
edit-another's   archived  closed   closed  closed closed  closed    hidden   hidden    archived archived archived hidden

delete-another's group     closed   closed  closed closed  closed    hidden   hidden    no       yes      yes      hidden
delete-another's channel   closed   closed  closed closed  closed    no       no        no       yes      yes      no
delete-another's direct    closed   closed  closed closed  closed    hidden   .         no       .        .        hidden
delete-another's archived  closed   closed  closed closed  closed    hidden   hidden    no       archived archived hidden

join             group     closed   closed  closed closed  closed    hidden   hidden    yes      yes      yes      hidden
join             channel   closed   closed  closed closed  closed    yes      yes       yes      yes      yes      yes
join             direct    closed   closed  closed closed  closed    hidden   .         fixed    .        .        hidden
join             archived  closed   closed  closed closed  closed    hidden   hidden    yes      yes      yes      hidden

leave            group     closed   closed  closed closed  closed    hidden   hidden    yes      yes      yes      hidden
leave            channel   closed   closed  closed closed  closed    no       no        yes      yes      yes      no
leave            direct    closed   closed  closed closed  closed    hidden   .         fixed    .        .        hidden
leave            archived  closed   closed  closed closed  closed    hidden   hidden    yes      yes      yes      hidden

add              group     closed   closed  closed closed  closed    hidden   hidden    no       yes      yes      hidden
add              channel   closed   closed  closed closed  closed    no       no        yes      yes      yes      no
add              direct    closed   closed  closed closed  closed    hidden   .         fixed    .        .        hidden
add              archived  closed   closed  closed closed  closed    hidden   hidden    no       archived archived hidden

moderate         group     closed   closed  closed closed  closed    hidden   hidden    no       yes      yes      hidden
moderate         channel   closed   closed  closed closed  closed    no       no        no       yes      yes      no
moderate         direct    closed   closed  closed closed  closed    hidden   .         fixed    .        .        hidden
moderate         archived  closed   closed  closed closed  closed    hidden   hidden    no       archived archived hidden

own              group     closed   closed  closed closed  closed    hidden   hidden    no       no       yes      hidden
own              channel   closed   closed  closed closed  closed    no       no        no       no       yes      no
own              direct    closed   closed  closed closed  closed    hidden   .         fixed    .        .        hidden
own              archived  closed   closed  closed closed  closed    hidden   hidden    no       no       archived hidden

archive          group     closed   closed  closed closed  closed    hidden   hidden    no       no       yes      hidden
archive          channel   closed   closed  closed closed  closed    no       no        no       no       yes      no
archive          direct    closed   closed  closed closed  closed    hidden   .         fixed    .        .        hidden
archive          archived  closed   closed  closed closed  closed    hidden   hidden    no       no       yes      hidden
`

export const roomPolicies = [
  'see',
  'read',
  'write',
  "edit-another's",
  "delete-another's",
  'join',
  'leave',
  'add',
  'moderate',
  'own',
  'archive',
] as const
export const policies = [
  'everyone',
  'signed-in',
  "another's",
  'administration',
  ...roomPolicies,
] as const
export type Policy = (typeof policies)[number]

const [head = '', ...lines] = table.split('\n').filter((line) => line !== '')
const cells = (line: string): string[] => line.trim().split(/ +/)

/** By "policy place", a word for each caller. */
const byName = new Map(
  lines.map((line) => {
    const [policy = '', place = '', ...given] = cells(line)
    return [`${policy} ${place}`, given]
  }),
)

/** The table as it stands: its columns, and how many words each line has. */
export const shape = {
  columns: cells(head).slice(2),
  lines: [...byName].map(([name, given]) => ({ name, words: given })),
}

/** What this caller is told; Error where the table does not say. */
export function wordFor(policy: Policy, place: Place | '-', caller: CallerName): Word {
  const word = byName.get(`${policy} ${place}`)?.[callers.indexOf(caller)]
  if (word === 'yes' || word === '.' || isWord(word)) return word
  throw new Error(`the table does not say what ${policy} is for ${caller} in ${place}`)
}

function isWord(word: string | undefined): word is keyof typeof words {
  return word !== undefined && Object.hasOwn(words, word)
}

/** Where a policy is asked: each kind of room, or nowhere in particular. */
export function placesOf(policy: Policy): readonly (Place | '-')[] {
  return roomPolicies.some((one) => one === policy) ? places : ['-']
}
