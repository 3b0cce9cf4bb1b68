import type { UIMessage, UIMessageChunk } from 'ai';
import type { AnswersOptions } from './answers.js';

export type { AnswersOptions };

export type ChunkStream = ReadableStream<UIMessageChunk<any, any>>;

/** The routes of a chat: each takes a `Request`, and returns a `Response`. */
export class SluiceChats {
  constructor(options: AnswersOptions);
  /** For a POST: begins an answer, which is written to its end with or without readers. With an `Idempotency-Key`, a repeat gets the first answer. */
  respond(
    request: Request,
    options: {
      chatId: string;
      /** Those of the request: an answer continues a last message of the assistant. */
      messages?: UIMessage<any, any, any>[];
      /** Calls the model. `abortSignal` is aborted when a reader stops the answer. */
      stream: (options: { abortSignal: AbortSignal }) => Streamed | PromiseLike<Streamed>;
      /** Keeps a serverless function alive, such as `after` of Next.js. */
      waitUntil?: (written: Promise<void>) => void;
    },
  ): Promise<Response>;
  /** For a GET of `/api/chat/{id}/stream`: the answer that is being written, from its beginning, or 204. */
  resume(request: Request, options: { chatId: string }): Promise<Response>;
  /** For a DELETE: stops an answer of the chat, by default the newest. 204, or 404 if the chat has no such answer. */
  stop(options: { chatId: string; answer?: string | null; by?: string; reason?: string }): Promise<Response>;
}

/** The messages without parts that were begun and stopped, which providers refuse. For `convertToModelMessages`. */
export function completeParts<Message extends UIMessage<any, any, any>>(messages: Message[]): Message[];

type Streamed = ChunkStream | { stream: ChunkStream; usage?: unknown };
