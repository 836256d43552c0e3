// What names the API server accepts, and what it says of others (Kubernetes apimachinery, pkg/util/validation).

const labelPart = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomain = String.raw`${labelPart}(\.${labelPart})*`
const wildcard = String.raw`\*\.${subdomain}`
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const portName = /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/

/** What is wrong with a DNS-1123 subdomain, e.g. the name of most objects. */
export function subdomainProblems(value: string): readonly string[] {
  return [
    ...tooLong(value, 253),
    ...mismatch(
      value,
      subdomain,
      'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, ' +
        "'-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com'",
    ),
  ]
}

/** What is wrong with a host with an asterisk. */
export function wildcardProblems(value: string): readonly string[] {
  return [
    ...tooLong(value, 253),
    ...mismatch(
      value,
      wildcard,
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of " +
        "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com'",
    ),
  ]
}

/** What is wrong with a DNS-1035 label, e.g. the name of a Service. */
export function labelProblems(value: string): readonly string[] {
  return [
    ...mismatch(
      value,
      label1035,
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic " +
        "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123'",
    ),
    ...tooLong(value, 63),
  ]
}

/** What is wrong with the name of a port (RFC 6335 §5.1). */
export function portNameProblems(value: string): readonly string[] {
  const problems = value.length > 15 ? ['must be no more than 15 characters long'] : []
  if (portName.test(value)) return problems
  return [
    ...problems,
    'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-), with at least one letter',
  ]
}

/** What is wrong with the number of a port. */
export function portNumberProblems(value: number): readonly string[] {
  return Number.isInteger(value) && value >= 1 && value <= 65_535 ? [] : ['must be between 1 and 65535, inclusive']
}

function mismatch(value: string, pattern: string, message: string): readonly string[] {
  return new RegExp(`^${pattern}$`).test(value) ? [] : [`${message}, regex used for validation is '${pattern}')`]
}

function tooLong(value: string, bytes: number): readonly string[] {
  return Buffer.byteLength(value) > bytes ? [`must be no more than ${bytes} bytes`] : []
}
