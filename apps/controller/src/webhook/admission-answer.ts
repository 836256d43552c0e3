// What the API server is told, and through it the person or program that wrote the Ingress.
import type { KubernetesObject } from '@ingresskit/ingress-translator'
import type { Problem } from '../problem.ts'

/** An AdmissionReview with an answer (admission.k8s.io/v1). */
export interface AdmissionAnswer {
  readonly apiVersion: 'admission.k8s.io/v1'
  readonly kind: 'AdmissionReview'
  readonly response: {
    /** That of the question. */
    readonly uid: string
    readonly allowed: boolean
    /** Shown by clients when they print the answer; at most `maxWarnings`. */
    readonly warnings?: readonly string[]
    /** Why it is denied (meta/v1 Status). */
    readonly status?: Denial
  }
}

/** A Status whose causes name every problem, in the shape of the API server's own validation: `kubectl` prints a line for each. */
export interface Denial {
  readonly code: 422
  readonly reason: 'Invalid'
  /** Every cause in one text, for clients that show nothing else. */
  readonly message: string
  readonly details: {
    readonly group: string
    readonly kind: string
    readonly name: string
    readonly causes: readonly DenialCause[]
  }
}

/** One problem. */
export interface DenialCause {
  /** Reason of the problem, e.g. `AnnotationInvalid`. */
  readonly reason: string
  /** What is wrong and what to do about it. */
  readonly message: string
  /** JSON path within the Ingress. */
  readonly field: string
}

/** Problems that are told one by one; an Ingress of 1.5 MiB could have tens of thousands. */
const maxCauses = 100
/** The API server cuts longer lists of warnings to 4 KiB in all. */
const maxWarnings = 20
/** Where the API server cuts when there are many (it recommends 120, which is too short for a remedy). */
const maxWarningLength = 256

/** Lets the Ingress through, with a warning for each problem. */
export function allow(uid: string, problems: readonly Problem[] = []): AdmissionAnswer {
  return answer({ uid, allowed: true, ...warningsOf(problems, []) })
}

/** Lets an Ingress through that cannot be checked in time. */
export function allowUnchecked(uid: string): AdmissionAnswer {
  return answer({ uid, allowed: true, warnings: ['too large to be checked here; use ingresskit check, or divide it'] })
}

/** Refuses the Ingress for all of its errors; the other problems become warnings. */
export function deny(uid: string, ingress: KubernetesObject, problems: readonly Problem[]): AdmissionAnswer {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const causes = errors
    .slice(0, maxCauses)
    .map(({ reason, message, field }) => ({ reason, message, field: field ?? '' }))
  const rest = errors.length - causes.length
  const more = rest === 0 ? [] : [{ reason: 'More', message: `${rest} more errors are not listed`, field: 'spec' }]
  const all = [...causes, ...more]
  // `kubectl` shows the causes and not who refused, so a warning says that.
  const origin = `refused by the admission webhook of ingresskit: ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`
  return answer({
    uid,
    allowed: false,
    ...warningsOf(
      problems.filter(({ severity }) => severity === 'warning'),
      [origin],
    ),
    status: {
      code: 422,
      reason: 'Invalid',
      message: messageOf(all),
      details: { group: 'networking.k8s.io', kind: 'Ingress', name: ingress.metadata.name, causes: all },
    },
  })
}

function answer(response: AdmissionAnswer['response']): AdmissionAnswer {
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }
}

function messageOf(causes: readonly DenialCause[]): string {
  const told = causes.map(({ field, message }) => `${field}: ${message}`)
  return told.length === 1 ? (told[0] ?? '') : told.map((text, index) => `[${index + 1}] ${text}`).join('; ')
}

function warningsOf(
  problems: readonly Problem[],
  before: readonly string[],
): Pick<AdmissionAnswer['response'], 'warnings'> {
  const room = maxWarnings - before.length
  const told = problems.slice(0, problems.length > room ? room - 1 : room).map(warningOf)
  const rest = problems.length - told.length
  const all = [...before, ...told, ...(rest === 0 ? [] : [`${rest} more: ingresskit check lists them all`])]
  return all.length === 0 ? {} : { warnings: all }
}

/** Annotations are named without their place: what is left of 256 characters is for the remedy. */
function warningOf({ field, message }: Problem): string {
  const text = `${field === null ? '' : `${field.replace(/^metadata\.annotations\['(.*)'\]$/u, '$1')}: `}${message}`
  return text.length <= maxWarningLength ? text : `${text.slice(0, maxWarningLength - 1)}…`
}
