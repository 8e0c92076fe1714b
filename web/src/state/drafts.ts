import { keepInBrowser } from './keep.ts'

const prefix = 'parley.draft.'

/** What one began to write in a room, kept in this browser until it is sent. */
export class Drafts {
  read(roomId: string): string {
    return localStorage.getItem(prefix + roomId) ?? ''
  }

  write(roomId: string, text: string): void {
    if (text.trim() === '') localStorage.removeItem(prefix + roomId)
    else keepInBrowser(prefix + roomId, text)
  }

  /** On a sign-out: the next person must not find them. */
  clear(): void {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(prefix)) localStorage.removeItem(key)
    }
  }
}
