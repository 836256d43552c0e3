// What a broken server or proxy might send in the middle of a watch.
import { watchLine } from './fake-api-server-bookmarks.ts'
import type { FakeResource } from './fake-api-server-resources.ts'

/** Kinds of garbage. */
export type Garbage =
  /** A line that is no JSON. */
  | 'malformed'
  /** The beginning of an event, without an end of the line; what follows is in the same line. */
  | 'half-line'
  /** JSON, but no event. */
  | 'no-event'
  /** An event with an object without metadata. */
  | 'no-metadata'
  /** An event without an object. */
  | 'no-object'
  /** An event of a type that doesn't exist. */
  | 'unknown-type'
  /** An ERROR event that carries no Status. */
  | 'no-status'
  /** Bytes that are no text, in a line of their own. */
  | 'control-characters'

/** The garbage for watches of a resource. */
export function garbageText({ kind, apiVersion }: FakeResource, garbage: Garbage): string {
  const object = { kind, apiVersion, metadata: { name: 'garbage', namespace: 'default', resourceVersion: '1' } }
  switch (garbage) {
    case 'malformed':
      return '{"type":"ADDED","object":{"kind":\n'
    case 'half-line':
      return watchLine('ADDED', JSON.stringify(object)).slice(0, -20)
    case 'no-event':
      return '[1,2,3]\n'
    case 'no-metadata':
      return watchLine('MODIFIED', JSON.stringify({ kind, apiVersion }))
    case 'no-object':
      return '{"type":"ADDED"}\n'
    case 'unknown-type':
      return watchLine('REPLACED', JSON.stringify(object))
    case 'no-status':
      return watchLine('ERROR', '"something went wrong"')
    case 'control-characters':
      return '\u0000\u0001\ufffd\u001b[31m\n'
  }
}
