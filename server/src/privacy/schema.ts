import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Id, Nullable, StringEnum, Struct, Time, mostlyNull, named } from '../contract/schema.ts'

export const ExportState = StringEnum(['waiting', 'ready', 'failed'])
export type ExportState = Static<typeof ExportState>

export const DataExport = named(
  'DataExport',
  Struct(
    {
      id: Id,
      state: ExportState,
      requestedAt: Time,
      readyAt: Nullable(Time, mostlyNull),
      expiresAt: Type.Unsafe<string>({ ...Time, description: 'When it is removed.' }),
      bytes: Nullable(Type.Integer({ minimum: 0 }), mostlyNull),
      url: Nullable(
        Type.String({
          description:
            'Where the file is, for 15 minutes, without a token; relative to this server. Each ' +
            'reading makes a new one. null until it is ready.',
        }),
        mostlyNull,
      ),
    },
    { description: 'A copy of all that this server knows of you, being made or ready.' },
  ),
)
export type DataExport = Static<typeof DataExport>
