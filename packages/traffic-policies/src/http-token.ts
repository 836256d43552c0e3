/** The syntax of method, header and cookie names. */

/** A token of RFC 9110 §5.6.2, which RFC 6265 §4.1.1 asks of cookie names too. */
export const httpToken: RegExp = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/u
