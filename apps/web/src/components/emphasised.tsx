/** A generated sentence with its figures, amounts and dates in bold: the parts that a reader must check. */
export function Emphasised({ text }: { text: string }) {
  const parts = text.split(/(\d{1,2} [A-Z][a-z]{2,8} \d{4}|[$]?\d[\d,]*(?:\.\d+)?%?(?:[\u00a0 ][A-Z][A-Za-z]{2,7}\b)?)/);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <b key={index}>{part}</b> : part))}</>;
}
