import { type Problem, problemReporter } from './problem.ts'
import type { Translation } from './translation.ts'

/**
 * One problem for each `spec.tls` entry whose Secret does not exist.
 *
 * Apart from the translation because Secrets are read by name only after an Ingress was seen to name them.
 */
export function missingSecrets(translation: Translation, exists: (key: string) => boolean): readonly Problem[] {
  const problems: Problem[] = []
  for (const { source, tls } of translation.ingresses.values()) {
    for (const { secret, field } of tls) {
      if (exists(secret)) continue
      problemReporter(source, problems)('error', 'SecretNotFound', {
        field: `${field}.secretName`,
        message: `Secret ${secret} does not exist, so the default certificate is served; create it with kubectl create secret tls`,
      })
    }
  }
  return problems
}
