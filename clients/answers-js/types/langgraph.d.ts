import type { AnswersOptions } from './answers.js';

type Pairs = AsyncIterable<readonly [event: string, data: unknown]> | ReadableStream<readonly [event: string, data: unknown]>;

/** The routes below `/threads/{thread}/runs` that the LangGraph SDK needs to start, join and cancel a run. */
export class SluiceThreads {
  constructor(
    options: AnswersOptions & {
      /** Calls the graph; returns pairs of an event's name and its data. `abortSignal` is aborted when the run is cancelled. */
      stream: (options: { threadId: string; runId: string; body: any; abortSignal: AbortSignal }) => Pairs | PromiseLike<Pairs>;
    },
  );
  /** Undefined if the request is for none of these routes. */
  handle(request: Request, options?: { waitUntil?: (written: Promise<void>) => void }): Promise<Response | undefined>;
}
