/** Reads the Prometheus text format 0.0.4 strictly enough to say what is wrong with it. */

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Metrics {
  /** What breaks the format; empty when it is valid. */
  readonly problems: readonly string[]
  /** Type by family name. */
  readonly families: ReadonlyMap<string, string>
  readonly samples: readonly Sample[]
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/
const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y

/** Parses a whole answer. */
export function parseMetrics(text: string): Metrics {
  const problems: string[] = []
  const families = new Map<string, string>()
  const samples: Sample[] = []
  const seen = new Set<string>()
  if (!text.endsWith('\n')) problems.push('the last line has no line feed')
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('# HELP ')) continue
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line)
    if (type !== null) {
      if (families.has(type[1] ?? '')) problems.push(`type given twice: ${line}`)
      families.set(type[1] ?? '', type[2] ?? '')
      continue
    }
    const match = sampleLine.exec(line)
    const value = Number((match?.[3] ?? '').replace(/^([+-])Inf$/, '$1Infinity'))
    if (match === null || (Number.isNaN(value) && match[3] !== 'NaN')) {
      problems.push(`no sample: ${line}`)
      continue
    }
    const labels = labelsOf(match[2] ?? '')
    if (labels === undefined) problems.push(`bad labels: ${line}`)
    const name = match[1] ?? ''
    const key = `${name}{${match[2] ?? ''}}`
    if (seen.has(key)) problems.push(`series twice: ${key}`)
    seen.add(key)
    if (!families.has(name) && !families.has(name.replace(/_(bucket|sum|count)$/, '')))
      problems.push(`sample without a type before it: ${line}`)
    samples.push({ name, labels: labels ?? {}, value })
  }
  return { problems: [...problems, ...histogramProblems(samples)], families, samples }
}

/** The sum of the samples whose name and labels match. */
export function counterSum(metrics: Metrics, name: RegExp, labels: Readonly<Record<string, string>>): number {
  return metrics.samples
    .filter(sample => name.test(sample.name))
    .filter(sample => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0)
}

function labelsOf(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {}
  label.lastIndex = 0
  while (label.lastIndex < text.length) {
    const match = label.exec(text)
    if (match === null) return undefined
    labels[match[1] ?? ''] = match[2] ?? ''
  }
  return labels
}

function histogramProblems(samples: readonly Sample[]): readonly string[] {
  const counts = new Map<string, number>()
  const keyOf = ({ name, labels }: Sample): string => {
    const { le: _, ...others } = labels
    const pairs = Object.entries(others).map(pair => pair.join('='))
    return [name.replace(/_(bucket|count)$/, ''), ...pairs.toSorted()].join(' ')
  }
  for (const sample of samples) if (sample.name.endsWith('_count')) counts.set(keyOf(sample), sample.value)
  return samples
    .filter(({ name, labels }) => name.endsWith('_bucket') && labels['le'] === '+Inf')
    .filter(sample => counts.get(keyOf(sample)) !== sample.value)
    .map(sample => `+Inf bucket differs from the count: ${keyOf(sample)}`)
}
