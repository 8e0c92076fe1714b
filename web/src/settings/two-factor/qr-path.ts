/** The dark squares of a QR code as one path: a stroke for each row of them. */
export function pathOf(rows: readonly (readonly boolean[])[]): string {
  return rows.map((row, y) => pathOfRow(row, y)).join('')
}

function pathOfRow(row: readonly boolean[], y: number): string {
  let path = ''
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue
    const from = x
    while (row[x + 1]) x++
    path += `M${from} ${y}h${x + 1 - from}v1h-${x + 1 - from}z`
  }
  return path
}
