import type { Sluice } from 'sluice-client';
import { HttpChatTransport, type HttpChatTransportInitOptions, type UIMessage, type UIMessageChunk } from 'ai';

/** A transport for `useChat`, whose page reads answers from the hub: nothing is lost or repeated, whatever happens to its connection. */
export class SluiceChatTransport<Message extends UIMessage = UIMessage> extends HttpChatTransport<Message> {
  constructor(
    options: HttpChatTransportInitOptions<Message> & {
      sluice: Sluice;
      /** Replays what is kept at the author's pace (1), or so many times as fast. By default it comes in one piece. */
      pace?: number;
    },
  );
  readonly resumeStreamIsReplay: boolean;
  /** Stops the model, for all readers: an answer by its id, by default that which this page has read last. */
  stop(chatId: string, options?: { answer?: string; headers?: Record<string, string> | Headers }): Promise<void>;
  /** The id of the answer that this page has read last. */
  answerOf(chatId: string): string | undefined;
  protected processResponseStream(stream: ReadableStream<Uint8Array<ArrayBufferLike>>): ReadableStream<UIMessageChunk>;
}
