/** Header names as people write them. */

/** `x-env` as `X-Env`; Client Hints as their specification writes them. */
export const canonicalFieldName = (lowerName: string): string =>
  lowerName
    .replaceAll(/(?:^|-)[a-z]/gu, start => start.toUpperCase())
    .replace(/^Sec-Ch-(?<ua>Ua(?=-|$))?/u, (_, ua) => (ua === undefined ? 'Sec-CH-' : 'Sec-CH-UA'))
