/**
 * What one step of the request path costs: reading heads and chunked bodies, matching, the canonical path.
 *
 * Each step is measured at several sizes in one run, so that growth shows as a ratio; times of different runs do not
 * compare. Usage: node --conditions=@ingresskit/source apps/benchmarks/src/micro.ts
 */
import { isatty } from 'node:tty'
import { ChunkedDecoder, defaultHeadLimits, parseAnswerHead, parseRequestHead } from '@ingresskit/http-wire'
import { canonicalPath, compileRules, normalizeHost, type Rule, type RuleTable } from '@ingresskit/rule-matcher'
import { bench, do_not_optimize, group, run } from 'mitata'

const ruleCounts = [30, 3000, 300_000]
const chunkedBytes = 64 * 1024

group('parseRequestHead', () => {
  for (const [name, text] of Object.entries(requestHeads())) {
    if (parseRequestHead(text, defaultHeadLimits).kind !== 'head') throw new Error(`${name} must be a head`)
    bench(`${name}, ${text.length} octets`, () => do_not_optimize(parseRequestHead(text, defaultHeadLimits)))
  }
})

group('parseAnswerHead', () => {
  for (const [name, text] of Object.entries(answerHeads())) {
    if (parseAnswerHead(text, 'GET', defaultHeadLimits).kind !== 'head') throw new Error(`${name} must be a head`)
    bench(`${name}, ${text.length} octets`, () => do_not_optimize(parseAnswerHead(text, 'GET', defaultHeadLimits)))
  }
})

// Decoding moves the data together in place, so every turn needs the octets again; the copy alone is there to be subtracted.
group(`ChunkedDecoder, ${chunkedBytes / 1024} KiB of data`, () => {
  const scratch = Buffer.alloc(2 * chunkedBytes)
  for (const chunkBytes of [256, 4096, chunkedBytes]) {
    const octets = chunked(chunkBytes)
    bench(`in chunks of ${chunkBytes} octets, and a copy`, () => {
      octets.copy(scratch)
      const decoder = new ChunkedDecoder()
      if (decoder.decode(scratch, 0, octets.length) !== 'done') throw new Error('the body must end')
      if (decoder.dataEnd !== chunkedBytes) throw new Error('all of the data must come out')
    })
  }
  const whole = chunked(chunkedBytes)
  bench('the copy alone', () => do_not_optimize(whole.copy(scratch)))
})

group('RuleTable.match, three paths a host', () => {
  for (const count of ruleCounts) {
    const table = tableOf(count)
    const host = `site-${Math.floor(count / 6)}.example`
    check(table, host)
    bench(`${count} rules`, () => do_not_optimize(table.match(host, '/shop/cart/items')))
  }
})

group('canonicalPath', () => {
  bench('clean', () => do_not_optimize(canonicalPath('/shop/cart/items')))
  bench('with dot segments and escapes', () => do_not_optimize(canonicalPath('/shop/./a/../cart/%7Eitems%2f1')))
})

group('normalizeHost', () => {
  bench('with a port', () => do_not_optimize(normalizeHost('Site-1.example:8080')))
})

await run({ colors: isatty(1) })

function requestHeads(): Readonly<Record<string, string>> {
  return {
    small: headOf('GET /small HTTP/1.1\nHost: site.example'),
    "a browser's": headOf(`GET /shop/cart/items?page=2&sort=price HTTP/1.1
Host: www.site.example
User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
Accept-Language: en-GB,en;q=0.5
Accept-Encoding: gzip, deflate, br, zstd
Referer: https://www.site.example/shop
Connection: keep-alive
Cookie: session=${'s'.repeat(64)}; theme=dark; consent=all
Upgrade-Insecure-Requests: 1
Sec-Fetch-Dest: document
Sec-Fetch-Mode: navigate
Sec-Fetch-Site: same-origin`),
  }
}

function answerHeads(): Readonly<Record<string, string>> {
  return {
    small: headOf('HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 100'),
    "an application's": headOf(`HTTP/1.1 200 OK
Date: Wed, 25 Nov 2026 12:00:00 GMT
Content-Type: text/html; charset=utf-8
Transfer-Encoding: chunked
Cache-Control: private, no-cache
ETag: "5f-1a2b3c4d5e6f"
Vary: Accept-Encoding, Cookie
Set-Cookie: session=${'s'.repeat(64)}; Path=/; HttpOnly; Secure; SameSite=Lax
Strict-Transport-Security: max-age=31536000`),
  }
}

function headOf(lines: string): string {
  return `${lines.replaceAll('\n', '\r\n')}\r\n\r\n`
}

/** A body of `chunkedBytes` octets of data. */
function chunked(chunkBytes: number): Buffer {
  const chunk = `${chunkBytes.toString(16)}\r\n${'x'.repeat(chunkBytes)}\r\n`
  return Buffer.from(`${chunk.repeat(chunkedBytes / chunkBytes)}0\r\n\r\n`, 'latin1')
}

function tableOf(count: number): RuleTable<string> {
  const rules = Array.from({ length: count }, (_, index): Rule<string> => {
    const site = Math.floor(index / 3)
    const path = ['/', '/shop', '/shop/cart'][index % 3] ?? '/'
    return {
      host: `site-${site}.example`,
      path,
      pathType: 'Prefix',
      precedence: { object: `default/site-${site}` },
      value: path,
    }
  })
  return compileRules({ rules, defaults: [] }).table
}

/** A benchmark of wrong answers measures nothing. */
function check(table: RuleTable<string>, host: string): void {
  const match = table.match(host, '/shop/cart/items')
  if (match.kind !== 'rule' || match.rule.value !== '/shop/cart') throw new Error(`wrong match for ${host}`)
}
