/** What there is to say of an error. */
export interface ErrorKind {
  status: number
  title: string
  /** The second half of the sentence "unable to <operation>; <reason>". */
  reason: string
}
