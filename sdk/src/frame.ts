import type { Commands, Frames } from './generated/frames.ts'

/** Everything the server sends unasked. */
export type AnyFrame = Frames[keyof Frames]
/** What a command takes; its number and type are added. */
export type CommandInput<T extends keyof Commands> = Omit<Commands[T]['command'], 'id' | 'type'>
/** What a command is answered with. */
export type CommandReply<T extends keyof Commands> = Commands[T]['reply']['data']
