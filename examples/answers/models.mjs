/**
 * The models. Each has an id, a name, a line about it, and `write({messages, signal})`, which yields the pieces of an answer and
 * at last its usage.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { brook, torrent } from './prepared.mjs';

const { OPENAI_API_KEY, OPENAI_BASE_URL = 'https://api.openai.com/v1', OPENAI_MODEL = 'gpt-4.1-mini', PREPARED_SPEED = '1' } = process.env;

/** The most of a model's event that may be incomplete. */
const EVENT_CHARS_MAX = 1024 * 1024;

/** The longest time for a model's answer. */
const ANSWER_MS_MAX = 10 * 60_000;

export const models = [
  prepared('torrent', { en: 'Torrent', zh: '急流' }, 16, torrent),
  prepared('brook', { en: 'Brook', zh: '小溪' }, 7, brook),
  ...(OPENAI_API_KEY ? [openai()] : []),
];

/** Writes a fixed text, in the question's language, at a fixed rate. */
function prepared(id, names, tokensPerSecond, texts) {
  const rate = tokensPerSecond * Number(PREPARED_SPEED);
  return {
    id,
    name: names,
    about: { en: `prepared model · ${rate} tokens/s`, zh: `预设模型 · 每秒 ${rate} 个 token` },
    async *write({ messages, signal }) {
      const tokens = tokensOf(preparedText(texts, messages.at(-1).content));
      for (const token of tokens) {
        await pause(1_000 / rate, undefined, { signal });
        yield token;
      }
      yield { outputTokens: tokens.length };
    },
  };
}

export function preparedText(texts, question) {
  return texts[/\p{Script=Han}/u.test(question) ? 'zh' : 'en'](question);
}

/** Words, or two Chinese characters, each with what follows it. */
export function tokensOf(text) {
  return text.match(/\p{Script=Han}{1,2}[^\p{Script=Han}\s]*\s*|[^\s\p{Script=Han}]+\s*|\s+/gu);
}

/** A model of any server with OpenAI's chat completions. */
function openai() {
  return {
    id: 'real',
    name: { en: OPENAI_MODEL, zh: OPENAI_MODEL },
    about: { en: `model · ${new URL(OPENAI_BASE_URL).host}`, zh: `模型 · ${new URL(OPENAI_BASE_URL).host}` },
    async *write({ messages, signal }) {
      const response = await fetch(`${OPENAI_BASE_URL}/chat/completions`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${OPENAI_API_KEY}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ model: OPENAI_MODEL, messages, stream: true, stream_options: { include_usage: true } }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
      });
      if (!response.ok) throw new Error(`The model's server answered ${response.status}.`);
      let isComplete = false;
      let outputTokens = 'unknown';
      for await (const { choices, usage, error } of events(response.body)) {
        if (error) throw new Error("The model's server sent an error.");
        if (usage) outputTokens = usage.completion_tokens;
        const { delta, finish_reason: reason } = choices?.[0] ?? {};
        if (delta?.content) yield delta.content;
        if (reason) isComplete = true;
      }
      if (!isComplete) throw new Error("The model's server broke off.");
      yield { outputTokens };
    },
  };
}

/** The JSON of an event stream, up to `[DONE]`. */
async function* events(stream) {
  let rest = '';
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    if (rest.length > EVENT_CHARS_MAX) throw new Error("An event of the model's server is too long.");
    for (const line of lines) {
      const [, data] = /^data: ?(.*?)\r?$/.exec(line) ?? [];
      if (data === '[DONE]') return;
      if (data) yield JSON.parse(data);
    }
  }
}
