import type { Parsed } from '@ingresskit/traffic-policies'
import { annotationField, type AnnotationPlace } from './annotation.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { Problem, ReportProblem } from './problem.ts'

/** Reads annotations of one object and reports those that cannot be read. */
export interface AnnotationReader {
  /** Where a setting was made. */
  place(annotation: string): AnnotationPlace
  /** Whether the object has it; an empty one counts as absent, as ingress-nginx has it. */
  has(annotation: string): boolean
  /**
   * `undefined` when the object does not have it, and after a problem when it cannot be read; `otherwise` ends the sentence of
   * that problem: what happens instead.
   */
  read<T>(annotation: string, parse: (text: string) => Parsed<T>, otherwise: string): T | undefined
  /** A warning about an annotation that has no effect. */
  warn(annotation: string, message: string): void
}

/** A reader that reports through `report`. */
export function annotationReader(
  object: KubernetesObject,
  annotations: ReadonlyMap<string, string>,
  report: ReportProblem,
): AnnotationReader {
  const problem = (severity: Problem['severity'], annotation: string, message: string): void =>
    report(severity, 'AnnotationInvalid', { field: annotationField(annotation), message })
  const textOf = (annotation: string): string => annotations.get(annotation)?.trim() ?? ''
  return {
    place: annotation => ({ object, annotation }),
    has: annotation => textOf(annotation) !== '',
    read(annotation, parse, otherwise) {
      const text = textOf(annotation)
      if (text === '') return undefined
      const result = parse(text)
      if (result.kind === 'parsed') return result.value
      problem('error', annotation, `${result.message} (${otherwise})`)
      return undefined
    },
    warn: (annotation, message) => problem('warning', annotation, message),
  }
}
