import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { explainOptions, serveOptions, sourceOptions } from './option-table.ts'
import { environmentName } from './resolve-options.ts'
import { webhookOptions } from './webhook-options.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

it.each([sourceOptions, serveOptions, explainOptions, webhookOptions].flatMap(table => Object.entries(table)))(
  'the README says of --%s what --help says',
  (name, { value, help }) => {
    const cell = (text: string): string => text.replaceAll('|', String.raw`\|`)
    const option = value === '' ? `--${name}` : `--${name} ${cell(value)}`
    expect(readme).toContain(`| \`${option}\` | \`${environmentName(name)}\` | ${cell(help)} |`)
  },
)
