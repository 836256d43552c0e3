// The check of one Ingress that the API server asks about: what `ingresskit check` says, without looking at anything else.
import { type KubernetesObject, type Translation, translateIngresses } from '@ingresskit/ingress-translator'
import { type Problem, toProblem } from '../problem.ts'
import { assumedServices } from './assumed-services.ts'
import { fieldOf } from './ingress-paths.ts'
import { maxReviewCost, reviewCost } from './review-cost.ts'

/** Which Ingresses are checked. IngressClass objects are not read, so classes are known by name. */
export interface OwnClasses {
  /** Names of our classes, for `spec.ingressClassName` and the annotation `kubernetes.io/ingress.class`; at least one. */
  readonly names: readonly string[]
  /** What happens to an Ingress that names no class. */
  readonly withoutClass: 'ignore' | 'serve'
}

/** What there is to say about an Ingress. */
export type IngressCheck =
  | { readonly kind: 'not-ours' }
  /** Too large to be checked in time. */
  | { readonly kind: 'too-large' }
  | {
      readonly kind: 'checked'
      /** Empty when all is well. */
      readonly problems: readonly Problem[]
    }

/**
 * Checks an Ingress of which only the name is known to be text.
 *
 * Whatever depends on another object is left out: Services are taken for existing, Secrets are not looked up, a canary is not held
 * against its main Ingress, and conflicts are those within this one. Total, and linear in the size of the Ingress but for the
 * regular expressions in its annotations, which cost some milliseconds each.
 */
export function checkIngress(ingress: KubernetesObject, classes: OwnClasses): IngressCheck {
  const key = `${ingress.metadata.namespace ?? 'default'}/${ingress.metadata.name}`
  if (reviewCost(ingress) > maxReviewCost) {
    const className = fieldOf(ingress['spec'], 'ingressClassName')
    const withoutRules = { ...ingress, spec: { ingressClassName: className } }
    return { kind: translateAlone(key, withoutRules, classes).ingresses.has(key) ? 'too-large' : 'not-ours' }
  }
  const translation = translateAlone(key, ingress, classes)
  const compiled = translation.ingresses.get(key)
  if (compiled === undefined) return { kind: 'not-ours' }
  // What becomes of a canary is settled beside its main Ingress, which is another object.
  const isCanary = compiled.rules.some(rule => rule.value.canary !== undefined)
  return { kind: 'checked', problems: (isCanary ? compiled : translation).problems.map(toProblem) }
}

/** Without IngressClass objects, and without anybody who would ask for them, a class is ours by its name. */
function translateAlone(key: string, ingress: KubernetesObject, { names, withoutClass }: OwnClasses): Translation {
  return translateIngresses(
    { ingresses: new Map([[key, ingress]]), ingressClasses: new Map(), services: assumedServices(ingress) },
    { ingressClasses: names, controllerClasses: [], withoutClass, admission: 'none' },
  )
}
