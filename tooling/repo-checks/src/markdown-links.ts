/** The links of a Markdown text that point into this repository. */

/**
 * Targets of the relative links and images in a text, without their `#fragment`; a link to a heading of the same page is
 * left out. Code blocks and code spans are not links.
 */
export const relativeLinks = (markdown: string): readonly string[] => {
  const prose = markdown.replaceAll(/^(?<fence>```+|~~~+)[\s\S]*?^\k<fence>/gmu, '').replaceAll(/`[^`\n]*`/gu, '')
  const inline = [...prose.matchAll(/\]\(<?(?<target>[^)\s>]+)>?(?:\s+"[^"]*")?\)/gu)]
  const references = [...prose.matchAll(/^\[[^\]]+\]:\s+(?<target>\S+)/gmu)]
  return [...inline, ...references]
    .flatMap(match => match.groups?.['target'] ?? [])
    .filter(target => !/^(?:[a-z][a-z+.-]*:|#|\/\/)/iu.test(target))
    .map(target => target.replace(/#.*$/u, ''))
}
