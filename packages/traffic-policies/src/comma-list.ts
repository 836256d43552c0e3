/** Splits the text of an annotation at its commas. */

/** The elements without white space around them; empty ones are left out, as RFC 9110 §5.6.1.2 asks of readers of lists. */
export const commaList = (text: string): readonly string[] =>
  text
    .split(',')
    .map(element => element.trim())
    .filter(element => element !== '')

/** Like {@link commaList}, where `\,` is a comma inside an element and `\\` a backslash; other backslashes stay as they are. */
export const escapedCommaList = (text: string): readonly string[] =>
  (text.match(/(?:\\[\\,]|[^,])+/gu) ?? [])
    .map(element => element.replaceAll(/\\(?<escaped>[\\,])/gu, '$<escaped>').trim())
    .filter(element => element !== '')
