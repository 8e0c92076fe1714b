import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject, ValidateFunction } from 'ajv'
import addFormatsModule from 'ajv-formats'
import type { TSchema } from 'typebox'
import type { Fault } from './error-codes.ts'
import type { NamedSchema } from './schema.ts'

// The package is CommonJS: its default export arrives wrapped.
const addFormats = addFormatsModule.default

/** Returns the faults of a value, or undefined where it fits. */
export type Check = (value: unknown) => Fault[] | undefined

/**
 * Compiles schemas into checks, for both doors and the tests. Bodies and frames are never
 * coerced; path and query values are text and are (`?limit=10`).
 */
export class Validators {
  readonly #strict: Ajv2020
  readonly #coercing: Ajv2020

  constructor(components: Iterable<NamedSchema>) {
    const options = { strict: true, strictTypes: false, allErrors: false, keywords: ['example'] }
    this.#strict = new Ajv2020({ ...options })
    this.#coercing = new Ajv2020({ ...options, coerceTypes: true })
    const list = [...components]
    for (const ajv of [this.#strict, this.#coercing]) {
      addFormats(ajv)
      for (const schema of list) ajv.addSchema(schema)
    }
  }

  strict(schema: TSchema): Check {
    return checkOf(compiled(this.#strict, schema))
  }

  coercing(schema: TSchema): Check {
    return checkOf(compiled(this.#coercing, schema))
  }
}

/** A named schema is compiled where it was added: once. */
function compiled(ajv: Ajv2020, schema: TSchema): ValidateFunction {
  const name = '$id' in schema ? String(schema.$id) : undefined
  return (name === undefined ? undefined : ajv.getSchema(name)) ?? ajv.compile(schema)
}

function checkOf(validate: ValidateFunction): Check {
  return (value) => (validate(value) ? undefined : (validate.errors ?? []).map(faultOf))
}

function faultOf(error: ErrorObject): Fault {
  const { keyword, params, instancePath } = error
  if (keyword === 'additionalProperties') {
    return { pointer: `${instancePath}/${params.additionalProperty}`, detail: 'is not known here' }
  }
  if (keyword === 'required') {
    return { pointer: `${instancePath}/${params.missingProperty}`, detail: 'is missing' }
  }
  return { pointer: instancePath, detail: error.message ?? 'does not fit' }
}
