import type { KubernetesObject } from './kubernetes-object.ts'
import type { Problem } from './problem.ts'
import { problemReporter } from './problem.ts'
import { asRecord, asText } from './unknown-fields.ts'

/** Which Ingresses are ours. */
export interface ClassOptions {
  /** `--ingress-class`: names in the old annotation that are ours and, without an API server, of classes that have no object. */
  readonly ingressClasses: readonly string[]
  /** `--controller-class`: what `spec.controller` of IngressClass objects that are ours may be. */
  readonly controllerClasses: readonly string[]
  /** What happens to an Ingress that names no class at all. */
  readonly withoutClass: 'ignore' | 'serve'
  /**
   * Who applied the rules of admission to the objects. `api-server`: a class needs its IngressClass object, and the default
   * class was written into the Ingress when it was created. `none` (manifests): a class needs no object, and the default
   * class is applied here.
   */
  readonly admission: 'api-server' | 'none'
}

/** Whether an Ingress is ours, and why or why not: for `explain`. */
export type ClassVerdict =
  | {
      readonly kind: 'ours'
      /** Which rule of the class selection made it ours. */
      readonly by: 'class-object' | 'class-name' | 'annotation' | 'default-class' | 'without-class'
    }
  | {
      readonly kind: 'not-ours'
      /** A sentence that says why. */
      readonly reason: string
      /** Set when it is meant for us all the same: its class has our name, and only the IngressClass object is missing. */
      readonly missingClass?: string
    }

/** Decides for each Ingress; made once for a state of the IngressClass objects. */
export interface ClassSelector {
  /** O(1). `spec.ingressClassName` beats the annotation `kubernetes.io/ingress.class`. */
  select(ingress: KubernetesObject): ClassVerdict
  /** Problems of the IngressClass objects themselves. */
  readonly problems: readonly Problem[]
}

const classAnnotation = 'kubernetes.io/ingress.class'
const defaultAnnotation = 'ingressclass.kubernetes.io/is-default-class'

/**
 * The selection rules of networking.k8s.io/v1: the class field, then the old annotation, then the default class.
 *
 * Two default classes are one problem each, and no Ingress without a class is served by default then: the API
 * server refuses to create such an Ingress too.
 */
export function ingressClassSelector(classes: Iterable<KubernetesObject>, options: ClassOptions): ClassSelector {
  const controllers = new Map<string, string>()
  const defaults: KubernetesObject[] = []
  for (const object of classes) {
    controllers.set(object.metadata.name, asText(asRecord(object['spec'])?.['controller']) ?? '')
    if (object.metadata.annotations?.[defaultAnnotation] === 'true') defaults.push(object)
  }
  const [onlyDefault] = defaults.length === 1 ? defaults : []
  const defaultIsOurs =
    options.admission === 'none' &&
    onlyDefault !== undefined &&
    options.controllerClasses.includes(controllers.get(onlyDefault.metadata.name) ?? '')

  return {
    problems: defaults.length > 1 ? ambiguousDefaults(defaults) : [],
    select(ingress) {
      const className = asText(asRecord(ingress['spec'])?.['ingressClassName'])
      if (className !== undefined) return selectByName(className, controllers, options)
      const annotation = ingress.metadata.annotations?.[classAnnotation]
      if (annotation !== undefined) {
        return options.ingressClasses.includes(annotation)
          ? { kind: 'ours', by: 'annotation' }
          : {
              kind: 'not-ours',
              reason: `its annotation ${classAnnotation} is not ${options.ingressClasses.join(' or ')}`,
            }
      }
      if (defaultIsOurs) return { kind: 'ours', by: 'default-class' }
      if (options.withoutClass === 'serve') return { kind: 'ours', by: 'without-class' }
      return { kind: 'not-ours', reason: 'it names no class and no default class is ours; set spec.ingressClassName' }
    },
  }
}

function selectByName(
  className: string,
  controllers: ReadonlyMap<string, string>,
  options: ClassOptions,
): ClassVerdict {
  const controller = controllers.get(className)
  if (controller !== undefined && options.controllerClasses.includes(controller))
    return { kind: 'ours', by: 'class-object' }
  if (controller !== undefined) {
    return { kind: 'not-ours', reason: `IngressClass ${className} belongs to another controller` }
  }
  if (options.admission === 'none' && options.ingressClasses.includes(className))
    return { kind: 'ours', by: 'class-name' }
  return {
    kind: 'not-ours',
    ...(options.ingressClasses.includes(className) ? { missingClass: className } : {}),
    reason:
      options.admission === 'none'
        ? `its class ${className} is not ${options.ingressClasses.join(' or ')}`
        : `there is no IngressClass object named ${className}`,
  }
}

function ambiguousDefaults(defaults: readonly KubernetesObject[]): readonly Problem[] {
  const problems: Problem[] = []
  const names = defaults.map(object => object.metadata.name).sort()
  for (const object of defaults) {
    problemReporter(object, problems)('error', 'DefaultClassAmbiguous', {
      field: `metadata.annotations['${defaultAnnotation}']`,
      message: `${names.join(' and ')} are all marked as the default class, so none is; keep the mark on one of them`,
    })
  }
  return problems
}
