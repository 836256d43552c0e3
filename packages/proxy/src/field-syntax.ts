/** What RFC 9110 §5 allows in field names and values; node:http throws when it is given anything else. */

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/

/** Whether the text may be a field name or a method (RFC 9110 §5.6.2). */
export function isToken(text: string): boolean {
  return token.test(text)
}

/** Whether the text may be a field value: no control byte but TAB, one byte per character (RFC 9110 §5.5). */
export function isFieldValue(text: string): boolean {
  return fieldValue.test(text)
}
