/** Reads a Dockerfile: stages and their instructions, without running anything. */

/** One instruction, continued lines joined, comments left out. */
export interface Instruction {
  /** In capitals. */
  readonly name: string
  /** What follows, as it is written. */
  readonly text: string
}

/** From one FROM to the next. */
export interface Stage {
  /** What FROM names, arguments not resolved. */
  readonly image: string
  /** After AS; empty for the last one. */
  readonly name: string
  readonly instructions: readonly Instruction[]
}

/** A parsed Dockerfile. */
export interface Dockerfile {
  /** Those before the first FROM, by name, with their defaults. */
  readonly buildArguments: ReadonlyMap<string, string>
  readonly stages: readonly Stage[]
}

/** Takes the text apart. Here-documents and escapes other than the backslash at the end of a line are not understood. */
export function parseDockerfile(text: string): Dockerfile {
  const buildArguments = new Map<string, string>()
  const stages: { image: string; name: string; instructions: Instruction[] }[] = []
  for (const instruction of instructionsOf(text)) {
    const stage = stages.at(-1)
    if (instruction.name === 'FROM') {
      const [image = '', , name = ''] = instruction.text.split(/\s+/).filter(word => !word.startsWith('--'))
      stages.push({ image, name, instructions: [] })
    } else if (stage !== undefined) stage.instructions.push(instruction)
    else if (instruction.name === 'ARG') {
      const [name = '', ...value] = instruction.text.split('=')
      buildArguments.set(name, value.join('='))
    }
  }
  return { buildArguments, stages }
}

/** The last instruction of a name, which is the one that counts for the image; `undefined` when there is none. */
export function lastInstruction(stage: Stage, name: string): string | undefined {
  return stage.instructions.findLast(instruction => instruction.name === name)?.text
}

function instructionsOf(text: string): readonly Instruction[] {
  return text
    .split('\n')
    .filter(line => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const [, name = '', rest = ''] = /^\s*(\S+)\s*(.*)$/.exec(line) ?? []
      return { name: name.toUpperCase(), text: rest.trim() }
    })
}
