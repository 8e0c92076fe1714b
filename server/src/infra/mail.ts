export interface Mail {
  to: string
  subject: string
  text: string
  html: string
}

/** Gets mail on its way: to a server (mail-smtp.ts) or into a folder (mail-folder.ts). */
export interface Mailer {
  /** Rejects where the mail was not taken; `isLasting` says whether trying again is pointless. */
  send(mail: Mail): Promise<void>
  close(): void
}

/** The server refused this very mail (SMTP 5xx): it would do so again. */
export function isLasting(error: unknown): boolean {
  if (!(error instanceof Error) || !('responseCode' in error)) return false
  return typeof error.responseCode === 'number' && error.responseCode >= 500
}
