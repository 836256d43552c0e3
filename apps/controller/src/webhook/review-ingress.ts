// Question in, answer out: what the webhook decides, without any I/O.
import { isDeepStrictEqual } from 'node:util'
import type { KubernetesObject } from '@ingresskit/ingress-translator'
import type { Problem } from '../problem.ts'
import { type AdmissionAnswer, allow, allowUnchecked, deny } from './admission-answer.ts'
import { type AdmissionRequest, parseAdmissionRequest } from './admission-request.ts'
import { checkIngress, type OwnClasses } from './check-ingress.ts'

/** What became of a question. */
export type Review =
  | {
      readonly kind: 'answered'
      readonly answer: AdmissionAnswer
      /** `passed-over`: let through without a look. */
      readonly verdict: 'passed-over' | 'allowed' | 'denied'
    }
  /** The question cannot be read, so there is nobody to answer. The message repeats nothing of it. */
  | { readonly kind: 'malformed'; readonly message: string }

/**
 * Answers an AdmissionReview, given as parsed JSON.
 *
 * Let through without a look: other kinds, classes and operations, subresources, objects that are being deleted, and updates that
 * change neither spec nor annotations; also, with a warning, what is too large to be checked in time. An update is denied only when it brings an error that the stored Ingress has not, so what was
 * stored while the webhook was away can still be changed bit by bit. Cost: that of `checkIngress`, at most twice.
 */
export function reviewIngress(review: unknown, classes: OwnClasses): Review {
  const parsed = parseAdmissionRequest(review)
  if (parsed.kind === 'malformed') return parsed
  const { uid, ingress, stored } = parsed.request
  if (ingress === undefined || isPassedOver(parsed.request, ingress)) return passedOver(uid)
  const check = checkIngress(ingress, classes)
  if (check.kind === 'not-ours') return passedOver(uid)
  if (check.kind === 'too-large') return { kind: 'answered', verdict: 'passed-over', answer: allowUnchecked(uid) }
  const errors = check.problems.filter(isError)
  const before = errors.length === 0 || stored === undefined ? [] : errorsOf(stored, classes)
  return bringsErrors(errors, before)
    ? { kind: 'answered', verdict: 'denied', answer: deny(uid, ingress, check.problems) }
    : { kind: 'answered', verdict: 'allowed', answer: allow(uid, check.problems) }
}

function passedOver(uid: string): Review {
  return { kind: 'answered', verdict: 'passed-over', answer: allow(uid) }
}

function isPassedOver({ operation, subResource, stored }: AdmissionRequest, ingress: KubernetesObject): boolean {
  if (subResource !== '' || (operation !== 'CREATE' && operation !== 'UPDATE')) return true
  // `null` is what JSON says where there is none.
  if ((new Map(Object.entries(ingress.metadata)).get('deletionTimestamp') ?? undefined) !== undefined) return true
  return (
    stored !== undefined &&
    isDeepStrictEqual(ingress['spec'], stored['spec']) &&
    isDeepStrictEqual(settingsOf(ingress), settingsOf(stored))
  )
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** The annotations without the copy of the object that `kubectl apply` keeps there. */
function settingsOf({ metadata }: KubernetesObject): unknown {
  const { [lastApplied]: _copy, ...settings } = metadata.annotations ?? {}
  return settings
}

function errorsOf(ingress: KubernetesObject, classes: OwnClasses): readonly Problem[] {
  const check = checkIngress(ingress, classes)
  return check.kind === 'checked' ? check.problems.filter(isError) : []
}

/** Whether there is an error that was not there before, or one more often than before. Its place does not count: rules may be moved. */
function bringsErrors(errors: readonly Problem[], before: readonly Problem[]): boolean {
  const counts = new Map<string, number>()
  for (const problem of before) counts.set(errorKey(problem), (counts.get(errorKey(problem)) ?? 0) + 1)
  for (const problem of errors) {
    const left = counts.get(errorKey(problem)) ?? 0
    if (left === 0) return true
    counts.set(errorKey(problem), left - 1)
  }
  return false
}

function errorKey({ reason, field, message }: Problem): string {
  return JSON.stringify([reason, field?.replaceAll(/\[\d+\]/gu, ''), message])
}

function isError({ severity }: Problem): boolean {
  return severity === 'error'
}
