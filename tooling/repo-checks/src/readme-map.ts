/** The root README's table of folders, made from the packages' own descriptions so that it cannot go stale. */
import type { WorkspacePackage } from './workspace-package.ts'

/** A Markdown table with one row per package, in the order given. */
export const readmeMap = (packages: readonly WorkspacePackage[]): string =>
  [
    '| folder | what it does |',
    '| --- | --- |',
    ...packages.map(({ path, manifest }) => `| [${path}](${path}) | ${manifest.description ?? ''} |`),
  ].join('\n')
