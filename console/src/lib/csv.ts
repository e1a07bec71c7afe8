// What spreadsheets take for the beginning of a formula, also in full width.
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** A cell that spreadsheets treat as text, whatever it begins with. */
function cell(value: string | number): string {
  const text = String(value)
  const safe = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Lines of a CSV file, with the line ends of the standard. */
export function csv(rows: (string | number)[][]): string {
  return rows.map((row) => row.map(cell).join(',') + '\r\n').join('')
}

/** Downloads a file; the mark at its start tells Excel that it is UTF-8. */
export function download(name: string, parts: string[]): void {
  const url = URL.createObjectURL(new Blob(['\ufeff', ...parts], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
