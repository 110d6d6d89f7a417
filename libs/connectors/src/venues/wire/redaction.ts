const LONGEST = 300;
/** Shorter texts are too common to be struck out wherever they stand. */
const SHORTEST_SECRET = 4;

/**
 * A text for people and logs: without the paths and queries of URLs (they hold orders, keys and signatures), without any of the secrets, without what is
 * named a signature, a token or a secret, without long runs of hex, and cut to 300 characters.
 */
export function redacted(text: string, secrets: readonly string[]): string {
  const struck = [...secrets]
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length)
    .flatMap((secret) => [...new Set([secret, encodeURIComponent(secret), secret.replace(/^0x/, '')])])
    .reduce((rest, secret) => rest.replaceAll(secret, '[key]'), text);
  const bare = struck
    .replace(/\b((?:https?|wss?):\/\/)(?:[^\s/@"']*@)?([^\s/?#"']+)[^\s"']*/g, '$1$2')
    .replace(/("?\b(?:signature|sign|sig|secret|client_secret|access_token|refresh_token|api_?key|passphrase|password|authorization)"?\s*[=:]\s*"?)[^\s"&,}]+/gi, '$1[hidden]')
    .replace(/\b(?:0x)?[0-9a-fA-F]{64,}\b/g, '[hex]')
    .replace(/\s+/g, ' ');
  return bare.length > LONGEST ? `${bare.slice(0, LONGEST - 1)}…` : bare;
}
