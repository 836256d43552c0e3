/** Builds rules for tests from short notes. */
import type { DefaultRule, PathType, Precedence, Rule } from '../src/index.ts'

/** A rule whose value is its own description, such as `Prefix a.com/foo`; host `_` stands for no host. */
export function buildRule(
  hostAndPath: string,
  pathType: PathType = 'Prefix',
  precedence: Partial<Precedence> = {},
): Rule<string> {
  const slash = hostAndPath.indexOf('/')
  return {
    host: hostOf(hostAndPath.slice(0, slash)),
    path: hostAndPath.slice(slash),
    pathType,
    precedence: { object: 'default/web', ...precedence },
    value: `${pathType} ${hostAndPath}`,
  }
}

/** A default whose value is `default of HOST`; host `_` stands for no host. */
export function buildDefault(host: string, precedence: Partial<Precedence> = {}): DefaultRule<string> {
  return { host: hostOf(host), precedence: { object: 'default/web', ...precedence }, value: `default of ${host}` }
}

function hostOf(note: string): string | undefined {
  return note === '_' ? undefined : note
}
