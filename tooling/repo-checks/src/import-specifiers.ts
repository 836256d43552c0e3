/** Which modules a TypeScript file imports, type-only and dynamic imports included. */

// Anchored at a line's start, so code in doc comments (` * import …`) and in string literals is not seen.
const staticImport = /^(?:import|export)\s(?:[^'";]*?\sfrom\s*)?['"](?<specifier>[^'"]+)['"]/gmu
const dynamicImport = /\bimport\(\s*['"](?<specifier>[^'"]+)['"]\s*\)/gu
const lineComment = /^\s*(?:\/\/|\*|\/\*).*$/gmu

/**
 * The module specifiers of a file's text, each once, in order of first appearance.
 *
 * Reads only imports that stand at the start of a line, as the formatter writes them, and `import('…')` anywhere.
 */
export const importSpecifiers = (source: string): readonly string[] => {
  const code = source.replaceAll(lineComment, '')
  const found = [...code.matchAll(staticImport), ...code.matchAll(dynamicImport)]
  return [...new Set(found.flatMap(match => match.groups?.['specifier'] ?? []))]
}
