import type { Parsed } from '@ingresskit/traffic-policies'
import type { AnnotationPlace } from './annotation.ts'

/** What one annotation says: a value, that the thing is switched off, or something that cannot be read. */
export type Setting<T> =
  | { readonly kind: 'set'; readonly value: T; readonly place: AnnotationPlace }
  | { readonly kind: 'off'; readonly place: AnnotationPlace }
  | {
      readonly kind: 'invalid'
      /** A sentence: what is wrong and what to write. */
      readonly message: string
      readonly place: AnnotationPlace
    }

/** Reads one annotation; `undefined` when the object does not have it. */
export type ReadSetting = <T>(
  annotation: string,
  parse: (text: string) => Parsed<T>,
  options?: {
    /** Whether the text `off` switches it off. Default: it is a value like any other. */
    readonly off?: 'allowed'
  },
) => Setting<T> | undefined

/** A reader of the annotations of one object. It reports nothing: a bad value is a `Setting` of its own. */
export function settingReader(
  object: AnnotationPlace['object'],
  annotations: ReadonlyMap<string, string>,
): ReadSetting {
  return (annotation, parse, options) => {
    const text = annotations.get(annotation)
    if (text === undefined) return undefined
    const place = { object, annotation }
    if (options?.off === 'allowed' && text.trim() === 'off') return { kind: 'off', place }
    const result = parse(text)
    return result.kind === 'parsed'
      ? { kind: 'set', value: result.value, place }
      : { kind: 'invalid', message: result.message, place }
  }
}
