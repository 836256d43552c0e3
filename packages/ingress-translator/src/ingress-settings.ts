import { type AnnotationEffect, readAnnotationEffect } from './annotation-effects.ts'
import { annotationField, annotationsOf } from './annotation.ts'
import { annotationReader } from './annotation-reader.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { type NginxSettings, readNginxSettings } from './nginx-settings.ts'
import { type OwnSettings, readOwnSettings } from './own-settings.ts'
import type { ReportProblem } from './problem.ts'
import type { ProblemLog } from './problem-log.ts'
import { readSelection, type Selection } from './selection.ts'
import { parseServiceWeights, type ServiceWeight, serviceWeightsAnnotation } from './service-weights.ts'
import { reportBadSettings } from './service-settings.ts'
import { settingReader } from './setting.ts'

/** Everything that the annotations of one Ingress say; it holds for each of its paths. */
export interface IngressSettings {
  readonly own: OwnSettings
  readonly nginx: NginxSettings
  /** `service-weights`; empty: every path goes to its own backend. */
  readonly weights: readonly ServiceWeight[]
  readonly selection: Selection
  /** What becomes of the paths because of annotations that are not implemented. */
  readonly effect: AnnotationEffect
}

/** Reads and checks all annotations of an Ingress; what is wrong with them is reported. */
export function readIngressSettings(ingress: KubernetesObject, log: ProblemLog): IngressSettings {
  const annotations = annotationsOf(ingress)
  const report: ReportProblem = (...problem) => log.report(ingress, ...problem)
  const reader = annotationReader(ingress, annotations, report)
  const own = readOwnSettings(settingReader(ingress, annotations))
  reportBadSettings(own, log)
  return {
    own,
    nginx: readNginxSettings(reader),
    weights: readWeights(annotations, report),
    selection: readSelection(ingress, annotations, report),
    effect: readAnnotationEffect(annotations, report),
  }
}

function readWeights(annotations: ReadonlyMap<string, string>, report: ReportProblem): readonly ServiceWeight[] {
  const text = annotations.get(serviceWeightsAnnotation)
  if (text === undefined) return []
  const weights = parseServiceWeights(text)
  if (weights.kind === 'parsed') return weights.value
  report('error', 'AnnotationInvalid', {
    field: annotationField(serviceWeightsAnnotation),
    message: `${weights.message} (the backends of the paths are used)`,
  })
  return []
}
