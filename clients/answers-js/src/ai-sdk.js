/**
 * Vercel AI SDK, the server's side: writes a UI message stream into a channel, and serves it to the SDK's default
 * transport, which expects the whole message, and to `SluiceChatTransport`, which reads the channel by itself.
 */
import { createUIMessageStreamResponse } from 'ai';
import { Answers, Appender, settle, until } from './answers.js';
import { CONTINUED, chunksOf, chunksOfMessage, smallerChunks } from './ai-sdk-chunks.js';
import { streamOf } from './streams.js';

/** Between comments to a proxy that would cut a silent response; most wait for 60 s. */
const KEEP_ALIVE_MS = 15_000;

export class SluiceChats {
  #answers;
  #onError;

  /** @param onError called with a model's errors, which readers do not get, because they may contain secrets, and with why an answer broke off */
  constructor({ onError = console.error, ...options }) {
    this.#answers = new Answers(options);
    this.#onError = onError;
  }

  /**
   * Answers a POST: begins an answer, which is written to its end with or without readers.
   *
   * @param request with an `Idempotency-Key`, a repeat gets the answer of the first
   * @param chatId  the conversation
   * @param messages the request's; an answer continues a last message of the assistant, which readers who resume get, too
   * @param stream  called with an `abortSignal`; returns the model's UI message stream, or `{stream, usage}`
   * @param waitUntil keeps a serverless function alive until the promise that it gets has resolved
   */
  async respond(request, { chatId, messages, stream, waitUntil }) {
    const key = request.headers.get('Idempotency-Key');
    const continued = messages?.at(-1)?.role === 'assistant' && messages.at(-1);
    const question = messages?.findLast(({ role }) => role === 'user')?.id;
    const begun = { conversation: chatId, question, key, start: { format: 'ai-sdk.ui-message' } };
    const { id, channel, written } = await this.#answers.begin(begun, (author, id) => this.#write(author, stream, id, continued));
    waitUntil?.(written);
    return this.#response(request, chatId, id, channel);
  }

  /** Answers a GET of `/api/chat/{id}/stream`: the answer that is being written from its beginning, or 204. */
  async resume(request, { chatId }) {
    const id = await this.#answers.running(chatId);
    return id ? this.#response(request, chatId, id, this.#answers.channelOf(id), true) : new Response(null, { status: 204 });
  }

  /** Stops an answer of a chat, by default the newest. 404 if the chat has no such answer; 204 also if it has ended. */
  async stop({ chatId, answer, by, reason }) {
    const id = answer ?? (await this.#answers.running(chatId));
    if (!id || (await this.#answers.conversationOf(id)) !== chatId) return new Response(null, { status: 404 });
    await this.#answers.stop(id, { by, reason });
    return new Response(null, { status: 204 });
  }

  /** @param isWhole whether the reader gets the whole message from its start, also that which the answer continues */
  #response(request, chatId, id, channel, isWhole) {
    const headers = { 'Sluice-Channel': encodeURI(channel), 'Sluice-Answer': id };
    if (/\bapplication\/json\b/.test(request.headers.get('Accept'))) return Response.json({ chatId, id, channel, isWhole }, { headers });
    const left = new AbortController();
    const events = this.#answers.read(channel, { signal: AbortSignal.any([left.signal, request.signal]) });
    const stream = streamOf(chunksOf(events, isWhole), () => left.abort());
    return createUIMessageStreamResponse({ headers, stream, keepAliveMs: KEEP_ALIVE_MS });
  }

  async #write(author, stream, id, continued) {
    let end = 'incomplete';
    let message = 'The model stopped before its answer was complete.';
    let usage;
    try {
      const appender = new Appender(author, smallerChunks);
      if (continued) {
        const before = new Appender(author, chunk => smallerChunks(chunk) ?? []);
        for (const chunk of chunksOfMessage(continued)) await before.append(chunk, { type: CONTINUED });
      }
      const made = await stream({ abortSignal: author.signal });
      ({ usage } = made);
      for await (const chunk of until(author.signal, made.stream ?? made)) {
        if (chunk.type === 'error') [end, message] = ['error', chunk.errorText];
        else if (chunk.type === 'abort') [end, message] = ['aborted', chunk.reason];
        else if (chunk.type === 'finish' && end === 'incomplete') end = 'done';
        // The same message in each tab and after each reload.
        await appender.append(chunk.type === 'start' && !continued ? { messageId: id, ...chunk } : chunk);
      }
    } catch (error) {
      if (!author.signal.aborted) this.#onError(error);
      [end, message] = ['error', 'The model failed.'];
    }
    await settle(author, async () => (end === 'done' ? author.done(await known(usage)) : author.fail(end, message)), this.#onError);
  }
}

/**
 * The messages without what was begun and stopped: providers refuse half a reasoning with its signature, and calls of tools
 * without a result. For `convertToModelMessages`.
 */
export function completeParts(messages) {
  const isComplete = ({ type, state }) => !(type === 'reasoning' && state === 'streaming') && state !== 'input-streaming';
  return messages.map(message => ({ ...message, parts: message.parts.filter(isComplete) }));
}

/** Never 0 if it is not known, because usage is billed. */
async function known(usage) {
  try {
    return (await usage) ?? undefined;
  } catch {
    return 'unknown';
  }
}
