export { canonicalPath } from './canonical-path.ts'
export type { CanonicalPath, PathRejection } from './canonical-path.ts'
export { changeHosts } from './change-hosts.ts'
export { chooseAlternative } from './choose-alternative.ts'
export { compileRules } from './compile-rules.ts'
export type { CompiledRules, CompileInput, CompileOptions } from './compile-rules.ts'
export { explainMatch } from './explain-match.ts'
export type { Candidate, ExplainOptions, MatchExplanation, Verdict } from './explain-match.ts'
export type { HostInput, RejectedRule } from './host-table.ts'
export { LayeredMap } from './layered-map.ts'
export { mapDifference } from './map-difference.ts'
export type { MapDifference } from './map-difference.ts'
export { normalizeHost } from './normalize-host.ts'
export type { HostRejection, NormalizedHost } from './normalize-host.ts'
export { parseRuleHost } from './parse-rule-host.ts'
export type { RuleHost, RuleHostRejection } from './parse-rule-host.ts'
export { comparePrecedence } from './precedence.ts'
export type {
  Alternative,
  DefaultRule,
  DefiniteMatch,
  MatchResult,
  PathType,
  Precedence,
  Rule,
  RuleConflict,
} from './rule.ts'
export type { RuleTable } from './rule-table.ts'
