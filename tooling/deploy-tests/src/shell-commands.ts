/** The commands that a guide shows, and the values that a `helm` command line gives. */

/** The words of each command of the `sh` blocks, continued lines joined; comments and `$ ` prompts are not understood. */
export function shellCommands(markdown: string): readonly (readonly string[])[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap(([, block = '']) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .flatMap(line => line.split(' && '))
    .map(line => wordsOf(line))
    .filter(words => words.length > 0)
}

/** Every value of an option that may be repeated: `--set a=1 --set b=2`. */
export function optionValues(words: readonly string[], ...options: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    const next = words[index + 1]
    return options.includes(word) && next !== undefined ? [next] : []
  })
}

/** The object that Helm makes of `--set`: paths with dots, `{a,b}` lists, and numbers and booleans as such. */
export function setValues(assignments: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const assignment of assignments) {
    const [path = '', ...rest] = assignment.split('=')
    const parts = path.split('.')
    let at = values
    for (const part of parts.slice(0, -1)) {
      const inner = Object.hasOwn(at, part) ? (at[part] as Record<string, unknown>) : {}
      at[part] = inner
      at = inner
    }
    at[parts.at(-1) ?? ''] = setValue(rest.join('='))
  }
  return values
}

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  )
}

function setValue(text: string): unknown {
  if (text.startsWith('{')) return text.slice(1, -1).split(',')
  if (/^(?:true|false|\d+)$/.test(text)) return JSON.parse(text)
  return text
}
