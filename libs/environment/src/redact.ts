/**
 * What may be printed of a value: nothing of a secret, no password of a URL in whichever form, and of an RPC address not its path,
 * where providers put their keys.
 */
export function redact(value: string | undefined, secret = false): string {
  if (value === undefined || value === '') return 'nothing';
  if (secret) return `${value.length} characters (not shown)`;
  const shown = value
    .replace(/:\/\/([^\s/@]*?):[^\s/]*@/g, '://$1:***@')
    .replace(/([?&][^=&\s]*(?:password|secret|token|key)[^=&\s]*=)[^&\s]*/gi, '$1***')
    .replace(/(https?:\/\/(?:(?!\|\s*https?:)[^\s,/?#])+)[/?#](?:(?!\|\s*https?:)[^\s,])+/g, '$1/***');
  return JSON.stringify(shown);
}
