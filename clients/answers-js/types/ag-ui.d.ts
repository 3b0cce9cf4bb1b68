import type { BaseEvent, RunAgentInput } from '@ag-ui/client';
import type { AnswersOptions } from './answers.js';

type Events = AsyncIterable<BaseEvent> | ReadableStream<BaseEvent> | { subscribe(observer: any): { unsubscribe(): void } };

/** The routes of an agent: each takes a `Request`, and returns a `Response`. */
export class SluiceRuns {
  constructor(options: AnswersOptions);
  /** For a POST of a `RunAgentInput`: begins a run, which is written to its end with or without readers. */
  respond(
    request: Request,
    options: {
      input: RunAgentInput;
      /** Calls the agent. `abortSignal` is aborted when a reader stops the run. */
      events: (options: { abortSignal: AbortSignal }) => Events | PromiseLike<Events>;
      /** Keeps a serverless function alive, such as `after` of Next.js. */
      waitUntil?: (written: Promise<void>) => void;
    },
  ): Promise<Response>;
  /** For a GET: the thread's run that goes on, from its beginning, or 204. */
  resume(request: Request, options: { threadId: string }): Promise<Response>;
  /** For a DELETE: stops a run, by default the thread's newest. 204, or 404 if the thread has no such run. */
  stop(options: { threadId: string; answer?: string | null; by?: string; reason?: string }): Promise<Response>;
}
