/** How a setting is declared. */
export interface Setting<T> {
  name: string
  /** For the operator: what it does. */
  about: string
  /** Where it is absent or empty. */
  fallback: T
  /** How the fallback reads where its value does not say it. */
  fallbackText?: string
  example?: string
  /** Never shown; also read from the file that `<name>_FILE` names. */
  secret?: true
  /** InvalidValue with what the value must be. */
  parse: (value: string) => T
}

export const setting = <const T>(declared: Setting<T>): Setting<T> => declared
