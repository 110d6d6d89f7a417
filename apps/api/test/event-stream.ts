/** A stream of server-sent events as a page hears it. */
export interface EventStream {
  readonly contentType: string | null;
  /** All that was heard so far. */
  readonly text: () => string;
  /** Waits until this was heard. @throws where the stream ends before. */
  readonly until: (what: string) => Promise<void>;
  readonly end: () => void;
}

/** Opens the events at this address, with these headers, and waits for the first line, after which nothing is missed. */
export async function listen(url: URL, headers: Readonly<Record<string, string>> = {}): Promise<EventStream> {
  const stop = new AbortController();
  const response = await fetch(url, { signal: stop.signal, headers });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const until = async (what: string): Promise<void> => {
    while (!text.includes(what)) {
      const { value, done } = await (reader?.read() ?? Promise.reject(new Error('no body')));
      if (done) throw new Error(`ended without ${what}`);
      text += value;
    }
  };
  await until('retry:');
  return { contentType: response.headers.get('content-type'), text: () => text, until, end: () => stop.abort() };
}
