/**
 * Reads an example program: its code, and what it promises to print.
 *
 * What is printed stands in comments that start with `// prints:`. One may follow a statement on its line; the last one
 * may go on over the comment lines below it. A program with a comment `// not run: <why>` is only type-checked.
 */

/** An example as its file describes it. */
export interface ExampleProgram {
  /** The code without the leading comment and without the `// prints:` comments: what the README shows too. */
  readonly code: string
  readonly run:
    | { readonly kind: 'prints'; readonly output: string }
    | { readonly kind: 'not-run' }
    | { readonly kind: 'unmarked' }
}

const prints = /[ \t]*\/\/ prints:[ \t]*(?<first>[^\n]*)(?<rest>(?:\n[ \t]*\/\/[^\n]*)*)/gu

/** Splits the text of an example (or of a README's code block) into code and promises. */
export const exampleProgram = (source: string): ExampleProgram => {
  const code = source.replaceAll(prints, '').replace(/^\s*\/\*[\s\S]*?\*\/|^(?:\s*\/\/[^\n]*\n)+/u, '')
  return { code: tidy(code), run: promised(source) }
}

/** The code blocks of a Markdown text that are TypeScript or JavaScript, in order. */
export const codeBlocks = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^```(?:ts|typescript|js)[^\n]*\n(?<block>[\s\S]*?)^```/gmu)].flatMap(
    match => match.groups?.['block'] ?? [],
  )

const promised = (source: string): ExampleProgram['run'] => {
  if (/^\s*\/\/ not run: \S/mu.test(source)) return { kind: 'not-run' }
  const found = [...source.matchAll(prints)]
  if (found.length === 0) return { kind: 'unmarked' }
  const lines = found.flatMap(({ groups }) => [
    groups?.['first'] ?? '',
    ...(groups?.['rest'] ?? '').split('\n').slice(1).map(uncomment),
  ])
  return { kind: 'prints', output: tidy(lines.join('\n')) }
}

const uncomment = (line: string): string => line.replace(/^\s*\/\/ ?/u, '')

const tidy = (text: string): string =>
  text
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
    .replaceAll(/\n{2,}/gu, '\n')
    .trim()
