import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { dateIn, readIrcLog } from './irc-log.ts'
import type { IrcLog } from './irc-log.ts'

/** Reads a log; rejects with one readable sentence where that cannot be done. */
export async function readIrcFile(path: string): Promise<IrcLog> {
  return readIrcLog(basename(path), await orSentence(path, readFile(path)))
}

/** Rejects as reading it would, as far as that can be told without reading it. */
export async function requireIrcFile(path: string): Promise<void> {
  dateIn(basename(path))
  await orSentence(path, access(path, constants.R_OK))
}

async function orSentence<T>(path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (cause) {
    throw new Error(`unable to read ${path}; there is no such file, or it is not readable`, {
      cause,
    })
  }
}
