/** The corpus as a page: one line for each case, so that scores can be compared. */

import type { AnswerCase, ExpectedAnswer } from './answer-case.ts'
import { answerCases, answerFamilies, requestCases, requestFamilies, type Family } from './corpus.ts'
import { httpProxy3AnswerExceptions, httpProxy3Exceptions } from './http-proxy-3-exceptions.ts'
import type { Expected, SmugglingCase } from './smuggling-case.ts'

/** Markdown of docs/smuggling-corpus.md. */
export function corpusPage(): string {
  const requests = requestCases.length
  const answers = answerCases.length
  const differing = httpProxy3Exceptions.size + httpProxy3AnswerExceptions.size
  return `# Smuggling corpus

Written by the tests of \`packages/proxy\`; do not edit. After a change of the corpus: \`vitest run packages/proxy/test/smuggling-corpus -u\`.

Every case is a sequence of bytes and the one thing that may come of it. It is sent whole, byte by byte and cut at random places,
to a data plane in front of a backend that keeps every byte. What the backend saw is read by a strict parser of the tests' own: the
requests that are expected, byte for byte, and not a byte of a refused one. Then somebody else asks for something over the same
backend connections and must get their own answer. Where [Http11Probe](https://github.com/MDA2AV/Http11Probe) tests the same trick,
the id is the same.

| data plane | requests | answers of backends |
| --- | --- | --- |
| \`wire\` | ${requests} of ${requests} | ${answers} of ${answers} |
| \`http-proxy-3\` | ${requests - httpProxy3Exceptions.size} of ${requests} | ${answers - httpProxy3AnswerExceptions.size} of ${answers} |

The ${differing} cases that \`http-proxy-3\` treats differently, all of them safely, are marked ¹; their reasons are at the end.

What is expected:

- a status: the proxy answers with it (with one of them) and closes; the backend sees nothing
- cut: the head is well-formed and the body is not, so the backend sees at most a beginning, never an end, on a connection that is
  then closed; the client gets the status
- forwarded: so many requests reach the backend, rewritten and framed anew
- for answers of backends: 502; broken (502, or a connection that ends in the middle of the answer); or passed on, with the
  backend connection kept or closed

## From clients

${requestFamilies.map(family => familyTable(family, requestRow)).join('\n')}
## From backends

${answerFamilies.map(family => familyTable(family, answerRow)).join('\n')}
## ¹ What \`http-proxy-3\` does differently

| case | why |
| --- | --- |
${[...httpProxy3Exceptions, ...httpProxy3AnswerExceptions].map(([id, { reason }]) => `| \`${id}\` | ${escaped(reason)} |`).join('\n')}
`
}

function familyTable<Case>(family: Family<Case>, row: (of: Case) => string): string {
  const { title, cases } = family
  return `### ${title}

| id | bytes | section | expected |
| --- | --- | --- | --- |
${cases.map(row).join('\n')}
`
}

function requestRow({ id, what, rfc, expected }: SmugglingCase): string {
  const mark = httpProxy3Exceptions.has(id) ? '¹' : ''
  return `| \`${id}\`${mark} | ${escaped(what)} | ${rfc} | ${expectedOf(expected)} |`
}

function answerRow({ id, what, rfc, expected }: AnswerCase): string {
  const mark = httpProxy3AnswerExceptions.has(id) ? '¹' : ''
  return `| \`${id}\`${mark} | ${escaped(what)} | ${rfc} | ${expectedAnswerOf(expected)} |`
}

function expectedOf(expected: Expected): string {
  switch (expected.kind) {
    case 'refused':
    case 'answered': {
      const before = expected.kind === 'refused' ? (expected.before?.length ?? 0) : 0
      return `${before === 0 ? '' : `${before} forwarded, then `}${expected.status.join(' or ')}`
    }
    case 'cut':
      return `cut, ${expected.status.join(' or ')}`
    case 'forwarded':
      return `${expected.requests.length} forwarded${expected.closes === true ? ', closed' : ''}`
  }
}

function expectedAnswerOf(expected: ExpectedAnswer): string {
  switch (expected.kind) {
    case 'refused':
      return '502'
    case 'broken':
      return 'broken'
    case 'passed':
      return `passed, ${expected.backendConnection}`
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[|*_<]/g, mark => `\\${mark}`)
}
