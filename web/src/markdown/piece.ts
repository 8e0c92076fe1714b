/** A piece of a message, ready to be shown. */
export type Piece =
  | { type: 'text'; text: string }
  | { type: 'break' }
  | { type: 'code' | 'codeBlock'; text: string }
  /** `href`: http, https or mailto, nothing else. */
  | { type: 'link'; href: string; pieces: Piece[] }
  | { type: 'strong' | 'em' | 'del' | 'paragraph' | 'quote' | 'item'; pieces: Piece[] }
  /** `start`: the first number; undefined for bullets. */
  | { type: 'list'; start?: number; pieces: Piece[] }
