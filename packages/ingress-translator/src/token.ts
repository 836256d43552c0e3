const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/

/** A token of RFC 9110 §5.6.2, as header and cookie names are (RFC 6265 §4.1.1), of at most 128 characters. */
export function isToken(text: string): boolean {
  return token.test(text)
}
