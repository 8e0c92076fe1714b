// What we write to people. Nothing in a mail is of somebody's choosing but a username, whose
// characters are few: otherwise accounts made for strangers' addresses would carry advertisements.
import type { Mail } from '../infra/mail.ts'

interface Letter {
  to: string
  username?: string
  subject: string
  /** One paragraph each. */
  before: readonly string[]
  link?: { label: string; url: string }
  after: readonly string[]
}

/** Where links lead: their token stands behind the #, which browsers never send to a server. */
export function mailLink(publicUrl: string, action: string, token: string): string {
  return `${publicUrl}/account.html#${action}/${token}`
}

interface ToSomeone {
  to: string
  username: string
}
interface WithToken extends ToSomeone {
  publicUrl: string
  token: string
}

export function verificationMail({ to, username, publicUrl, token }: WithToken): Mail {
  return compose({
    to,
    username,
    subject: 'Confirm your e-mail address',
    before: [
      `This address was given for the account ${username} at ${publicUrl}. Open this link to confirm that it is yours:`,
    ],
    link: { label: 'Confirm this address', url: mailLink(publicUrl, 'verify-email', token) },
    after: [
      'It works once, for three days. If you know nothing of this account, do nothing: without you the address is not confirmed.',
    ],
  })
}

export function registrationMail({ to, username, publicUrl, token }: WithToken): Mail {
  return compose({
    to,
    username,
    subject: 'Confirm your new account',
    before: [
      `Someone wants to open the account ${username} at ${publicUrl} with this address. If it is you, open this link:`,
    ],
    link: { label: 'Open the account', url: mailLink(publicUrl, 'confirm-registration', token) },
    after: [
      'It works once, for three days. If it is not you, do nothing: there is no account then.',
    ],
  })
}

export function usernameTakenMail({
  to,
  username,
  publicUrl,
}: ToSomeone & { publicUrl: string }): Mail {
  return compose({
    to,
    username,
    subject: 'Choose another username',
    before: [
      `You wanted to open the account ${username} at ${publicUrl}, but this name belongs to someone else.`,
    ],
    after: ['Register once more with another one. If it was not you, do nothing.'],
  })
}

export function accountExistsMail({ to, publicUrl }: { to: string; publicUrl: string }): Mail {
  return compose({
    to,
    subject: 'You have an account already',
    before: [
      `Someone wanted to open an account at ${publicUrl} with this address, which has one already.`,
    ],
    after: [
      'If it was you, sign in, or ask for a new password if you forgot yours. If it was not you, do nothing: nothing has changed.',
    ],
  })
}

export function passwordResetMail({ to, username, publicUrl, token }: WithToken): Mail {
  return compose({
    to,
    username,
    subject: 'Choose a new password',
    before: [
      `Someone asked for a new password for the account ${username} at ${publicUrl}. If it was you, open this link and choose one:`,
    ],
    link: { label: 'Choose a new password', url: mailLink(publicUrl, 'reset-password', token) },
    after: [
      'It works once, for one hour, and signs all your devices out. If it was not you, do nothing: your password stays as it is.',
    ],
  })
}

export function passwordChangedMail({ to, username }: ToSomeone): Mail {
  return compose({
    to,
    username,
    subject: 'Your password was changed',
    before: [`The password of your account ${username} was changed a moment ago.`],
    after: ['If it was not you, ask for a new password at once, and tell your administrator.'],
  })
}

export function emailChangedMail({ to, username }: ToSomeone): Mail {
  return compose({
    to,
    username,
    subject: 'Your e-mail address was changed',
    before: [
      `Your account ${username} has another e-mail address now; this one is no longer used.`,
    ],
    after: ['If it was not you, tell your administrator at once.'],
  })
}

/** For whoever had asked for it, and for whom an administrator was talked into it. */
export function waysInResetMail({
  to,
  username,
  publicUrl,
  what,
}: ToSomeone & { publicUrl: string; what: 'two_factor' | 'passkeys' }): Mail {
  const { subject, done, next } = resets[what]
  return compose({
    to,
    username,
    subject,
    before: [
      `An administrator of ${publicUrl} ${done} of your account ${username} a moment ago, and signed all your devices out.`,
    ],
    after: [next, 'If you did not ask for it, tell your administrator at once.'],
  })
}

const resets = {
  two_factor: {
    subject: 'Your two-factor sign-in was turned off',
    done: 'turned off the two-factor sign-in',
    next: 'Turn it on again once you have signed in.',
  },
  passkeys: {
    subject: 'Your passkeys were removed',
    done: 'removed all passkeys',
    next: 'Sign in another way, then add passkeys on the devices you hold.',
  },
}

function compose({ to, username, subject, before, link, after }: Letter): Mail {
  const greeting = username === undefined ? 'Hello,' : `Hello ${username},`
  const text = [greeting, ...before, ...(link ? [link.url] : []), ...after].join('\n\n')
  const paragraphs = [
    ...[greeting, ...before].map(paragraph),
    ...(link ? [button(link)] : []),
    ...after.map(paragraph),
  ]
  return { to, subject, text: `${text}\n`, html: page(subject, paragraphs) }
}

function page(subject: string, paragraphs: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1c2024;background:#fff">
<div style="max-width:32em;margin:0 auto">
${paragraphs.join('\n')}
</div>
</body>
</html>
`
}

function paragraph(text: string): string {
  return `<p style="margin:0 0 16px">${escaped(text)}</p>`
}

/** The address itself too: not every program shows buttons, and people like to see where they go. */
function button({ label, url }: { label: string; url: string }): string {
  const look = 'display:inline-block;padding:10px 18px;border-radius:8px;text-decoration:none'
  return `<p style="margin:0 0 16px"><a href="${escaped(url)}" style="${look};color:#fff;background:#2f5bea">${escaped(label)}</a></p>
<p style="margin:0 0 16px;font-size:13px;word-break:break-all">${escaped(url)}</p>`
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
