/** The names in Node's text form of a subjectAltName extension. */

/**
 * `DNS:a.example, IP Address:10.0.0.1` to `['a.example', '10.0.0.1']`. For display: whether a certificate covers a name is
 * OpenSSL's decision. Node quotes values that hold commas or quotes (nodejs.org/api/crypto.html, CVE-2021-44532).
 */
export function subjectAltNames(text: string | undefined): readonly string[] {
  const entries = text?.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? []
  return entries.map(entry => entry.trim().replace(/^[^:]*:/, ''))
}
