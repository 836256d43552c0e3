import { annotationField, annotationsOf, ownPrefix } from './annotation.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { type OwnSettings, ownSettingNames, readOwnSettings } from './own-settings.ts'
import type { ProblemLog } from './problem-log.ts'
import { settingReader } from './setting.ts'

/** Reports every setting that cannot be read, on the object that has it. */
export function reportBadSettings(settings: OwnSettings, log: ProblemLog): void {
  for (const [name, setting] of Object.entries(settings as Readonly<Record<string, OwnSettings[keyof OwnSettings]>>)) {
    if (setting?.kind !== 'invalid') continue
    const { object, annotation } = setting.place
    const isLimit = name === ('circuitBreaker' satisfies keyof OwnSettings)
    log.report(object, 'error', 'AnnotationInvalid', {
      field: annotationField(annotation),
      message: `${setting.message} (${isLimit ? 'requests are answered 503 rather than served without limits' : 'the default is used'})`,
    })
  }
}

const known = new WeakMap<KubernetesObject, OwnSettings>()

/** The settings of a Service, kept by its identity; what is wrong with them is reported every time, on the Service. */
export function readServiceSettings(service: KubernetesObject, log: ProblemLog): OwnSettings {
  const annotations = annotationsOf(service)
  const settings = known.get(service) ?? readOwnSettings(settingReader(service, annotations))
  known.set(service, settings)
  reportBadSettings(settings, log)
  for (const annotation of annotations.keys()) {
    if (!annotation.startsWith(ownPrefix) || names.has(annotation)) continue
    log.report(service, 'warning', 'AnnotationNotSupported', {
      field: annotationField(annotation),
      message: 'it has no effect on a Service; set it on the Ingress, or remove it',
    })
  }
  return settings
}

const names: ReadonlySet<string> = new Set(ownSettingNames.map(name => ownPrefix + name))
