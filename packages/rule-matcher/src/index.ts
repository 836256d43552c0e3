export type { DefaultRule, MatchResult, PathType, Precedence, Rule, RuleConflict } from './rule.ts'
