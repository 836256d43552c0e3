import type { ClassOptions } from './ingress-class.ts'
import type { Translation, TranslationInput } from './translation.ts'
import { beginning, goOn, type Memo } from './translation-step.ts'

/**
 * Where a translation keeps what it hands on. Not a WeakMap: what is only reached through one is found late by the garbage
 * collector, while everything stands still, and this is the larger part of a large configuration.
 */
const memory: unique symbol = Symbol('what the next translation goes on from')

interface Remembering {
  readonly [memory]?: Memo | undefined
}

/**
 * Kubernetes objects → routing table, TLS bindings and problems.
 *
 * Pure and total. With `previous`, the cost is that of what changed: finding it by identity, O(objects), compiling the Ingresses that
 * changed or whose Services did, and settling the hosts they name. What did not change is the same object as before, the whole
 * translation too. Each one hands on what it knows once: a second successor is the same, and more work.
 */
export function translateIngresses(
  input: TranslationInput,
  options: ClassOptions,
  previous?: Translation,
): Translation {
  const handedOn = (previous as Remembering | undefined)?.[memory]
  const isSameClasses =
    handedOn?.input.ingressClasses === input.ingressClasses && isSameOptions(handedOn.options, options)
  if (previous !== undefined && isSameClasses) remember(previous, undefined)
  const memo = goOn(isSameClasses && handedOn !== undefined ? handedOn : beginning(input, options, previous), input)
  remember(memo.translation, memo)
  return memo.translation
}

function remember(translation: Translation, memo: Memo | undefined): void {
  Object.defineProperty(translation, memory, { value: memo, configurable: true, enumerable: false })
}

function isSameOptions(a: ClassOptions, b: ClassOptions): boolean {
  return (
    a.ingressClasses.join() === b.ingressClasses.join() &&
    a.controllerClasses.join() === b.controllerClasses.join() &&
    a.withoutClass === b.withoutClass &&
    a.admission === b.admission
  )
}
