/** Small damage to bytes: what a fuzzer does that knows nothing of the grammar but its favourite characters. */

import { array, constantFrom, nat, oneof, record, type Arbitrary } from 'fast-check'

interface Mutation {
  readonly kind: 'insert' | 'replace' | 'remove' | 'repeat' | 'move'
  /** Taken modulo the length. */
  readonly at: number
  readonly length: number
  readonly text: string
}

const favourites = constantFrom(
  '\r',
  '\n',
  '\r\n',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '"',
  '=',
  '0',
  '1',
  '5',
  'a',
  'f',
  '\x0b',
  '\x7f',
  '\x80',
  '\xff',
  '\r\n\r\n',
  '0\r\n\r\n',
  '\n\n',
  'chunked',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Host: a\r\n',
  'GET / HTTP/1.1\r\n',
  'HTTP/1.1 200 OK\r\n',
  'Connection: close\r\n',
  '+',
  '-',
  '0x',
  '_',
  '.',
  '#',
  '\\',
  '/',
)

const mutation: Arbitrary<Mutation> = record({
  kind: constantFrom('insert', 'replace', 'remove', 'repeat', 'move'),
  at: nat(4000),
  length: oneof({ weight: 4, arbitrary: nat(3) }, { weight: 1, arbitrary: nat(60) }),
  text: favourites,
})

/** Zero to three of them, applied in order to any bytes. */
export const mutations: Arbitrary<(bytes: string) => string> = array(mutation, { maxLength: 3 }).map(
  list => bytes => list.reduce(mutated, bytes),
)

function mutated(bytes: string, { kind, at, length, text }: Mutation): string {
  const from = bytes === '' ? 0 : at % bytes.length
  const to = Math.min(bytes.length, from + length + 1)
  const piece = bytes.slice(from, to)
  switch (kind) {
    case 'insert':
      return bytes.slice(0, from) + text + bytes.slice(from)
    case 'replace':
      return bytes.slice(0, from) + text + bytes.slice(to)
    case 'remove':
      return bytes.slice(0, from) + bytes.slice(to)
    case 'repeat':
      return bytes.slice(0, to) + piece + bytes.slice(to)
    case 'move':
      return bytes.slice(0, from) + bytes.slice(to) + piece
  }
}
