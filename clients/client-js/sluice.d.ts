/** A transport, in the order of preference: a session over WebSocket or over SSE and POST, JSON lines, long polls, polls. */
export type Transport = 'websocket' | 'sse' | 'ndjson' | 'longpoll' | 'poll';

export interface Backoff {
  /** The first pause, in milliseconds; 1,000 by default. */
  first?: number;
  /** The factor by which each pause is longer than the one before; 2. */
  factor?: number;
  /** The longest pause, in milliseconds; 30,000. */
  max?: number;
  /** The random part of a pause, 0 to 1; 1, so that clients that lost the same hub do not reconnect at the same time. */
  jitter?: number;
  /** The number of failed attempts after which the client stops; Infinity. */
  tries?: number;
}

export interface Options {
  /** Allowed transports, in the order of preference; all five. */
  transports?: Transport[];
  backoff?: Backoff;
  /** The name of this client, for presence. */
  client?: string;
  /** Returns a valid token; called for each request and each connection, and before the token of a session ends. */
  getToken?: () => string | undefined | Promise<string | undefined>;
  /** The credentials mode of `fetch`; `include` sends cookies to a hub of another origin. */
  credentials?: 'omit' | 'same-origin' | 'include';
  /** One connection for all tabs of this browser, where it has Web Locks (a secure context). */
  share?: boolean;
  /** Seconds between two heartbeats, 5 to 120; 15. */
  heartbeat?: number;
  /** How long the hub may take to answer, in milliseconds; 10,000. */
  answerMs?: number;
  /** The time until preferred transports are tried again, in milliseconds; 60,000, each time twice as long, at most 15 minutes. */
  betterMs?: number;
  /** The pause between two plain polls, in milliseconds; 5,000. */
  pollMs?: number;
  /** How long the hub may wait before it answers a long poll, in seconds; 25. */
  waitSeconds?: number;
  /** Limit of publishes that are not acknowledged; 4 MiB. Further publishes are rejected. */
  unsentBytesMax?: number;
}

export type State =
  | { state: 'idle' }
  | { state: 'connecting'; transport: Transport | 'tab' }
  | { state: 'open'; transport: Transport }
  | {
      state: 'waiting';
      /** The time of the next attempt, as by `Date.now()`. */
      at: number;
      /** The number of attempts since the last connection. */
      tries: number;
      reason: string;
    }
  | { state: 'stopped'; reason: string; error: SluiceError };

/** An error; if the hub refused a request, with its problem. */
export class SluiceError extends Error {
  /** The HTTP status of a refusal. */
  readonly status?: number;
  /** The problem as the hub sent it (RFC 9457). */
  readonly problem?: { type?: string; title?: string; status?: number; detail?: string; [member: string]: unknown };
  /** How an answer ended, of an author's `signal.reason`. */
  readonly end?: End;
  /** True for a publish that was sent but not answered: it may be in the log. */
  readonly mayHaveArrived?: boolean;
}

/** The start: at most one of the first four; by default, only new events. */
export interface Selection {
  /** After this cursor or event id; `earliest` is before the oldest retained event. */
  after?: string;
  /** A duration such as `10m`, or a time. */
  since?: string;
  /** The number of newest events of the whole selection to begin with. */
  last?: number;
  /** Begins with the newest event of each key. */
  snapshot?: boolean;
  /** Only events of these types. */
  type?: string | string[];
  /** While lagging, skips events whose key has a newer one. */
  conflate?: boolean;
  /** While lagging, joins neighbouring text events of the same type. */
  coalesce?: boolean;
  /** `fail` turns a gap into an error. */
  gap?: 'event' | 'fail';
  /** Also delivers joins and leaves, as events of the type `presence`. */
  presence?: boolean;
  /** Makes `client` a member of these channels. */
  join?: boolean;
  /** Replays kept events at the pace of their author (1), or so many times as fast, with pauses of at most a second. */
  pace?: number;
}

export interface Event<Data = any> {
  /** The same for all readers, and permanent. */
  readonly id: string;
  /** The value of `after` with which a reader resumes after this event. */
  readonly cursor: string;
  readonly channel: string;
  readonly type: string;
  /** The time of the publish, ISO 8601. */
  readonly time: string;
  /** Text is a string, JSON is parsed, anything else is bytes (`Uint8Array`). Absent if `removed`. */
  readonly data: Data;
  readonly contentType?: string;
  readonly key?: string;
  readonly from?: string;
  /** The span in which it was published (W3C Trace Context), if the publisher sent one. */
  readonly traceparent?: string;
  /** The key has ended, or the data was deleted. */
  readonly removed?: boolean;
}

/** Requested events are no longer stored; the next ones follow `resume`. A page then loads its state again. */
export interface Gap {
  readonly type: 'sluice.gap';
  readonly after?: string;
  readonly resume: string;
  readonly reason: 'trimmed' | 'epoch' | 'deleted' | 'skipped';
}

export interface Publication {
  type?: string;
  key?: string;
  /** Without it, a string is text, bytes are binary, and anything else is JSON. With it, the text of a string, or the JSON, is of this type. */
  contentType?: string;
  /** A repetition with the same key within five minutes is not stored again; random by default. Visible ASCII, at most 255 characters. */
  idempotencyKey?: string;
  /** The id that the channel's newest event must have. */
  ifMatch?: string;
}

/** Values that readers would not get, because JSON cannot hold them. Inside an object, such a value is rejected with a TypeError. */
type Lost =
  | undefined
  | symbol
  | bigint
  | ((...parameters: any[]) => any)
  | ReadonlyMap<any, any>
  | ReadonlySet<any>
  | PromiseLike<any>
  | RegExp
  | Error
  | { arrayBuffer(): PromiseLike<ArrayBuffer> };

export interface Published {
  id: string;
  channel: string;
  /** True if the hub already had the event, with the same idempotency key. */
  replay: boolean;
}

export interface Member {
  client: string;
  time: string;
}

interface ChannelEvents {
  open: { cursor?: string };
  error: SluiceError;
  'sluice.gap': Gap;
  'sluice.closed': { channel: string; cursor?: string };
  'sluice.complete': {};
  'sluice.lag': { behind: number };
  '*': Event | Gap;
}

export interface Channel<Data = any> extends AsyncIterable<Event<Data> | Gap> {
  /** The cursor after the last event received, even if a loop or `pace` has not delivered it yet: after slow work, store that of the event. */
  readonly cursor?: string;
  on<Type extends keyof ChannelEvents>(type: Type, handler: (detail: ChannelEvents[Type]) => void): this;
  on(type: string, handler: (event: Event<Data>) => void): this;
  off(type: string, handler: Function): this;
  /** A string is text, an `ArrayBuffer` or a view of one is bytes, anything else is JSON. The data is copied at once. */
  publish<Content>(data: Content & (Content extends Lost ? never : unknown), publication?: Publication): Promise<Published>;
  /** The members; a function is also called after each change, until this channel is closed. */
  presence(onMembers?: (members: Member[]) => void): Promise<Member[]>;
  close(): void;
}

/** `AbortSignal`, where there are types of a browser or of Node. */
type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Type } } ? Type : { readonly aborted: boolean; readonly reason: any };

export interface AnswerOptions {
  /** The data of the first event, whose type is `start`; `{}`. */
  start?: unknown;
  /** Seconds after which the hub ends the answer as lost, unless this program is still alive. */
  lease?: number;
}

/** The data of an answer's last event, whose type is `end`. */
export interface End {
  status: 'done' | 'failed' | 'stopped';
  /** Why it failed, in a word; `lost` if its author died. */
  reason?: string;
  /** The same in a sentence. */
  message?: string;
  /** Who stopped it. */
  by?: string;
  usage?: unknown;
}

/** Writes one answer into a new channel: each piece once and in order, whatever happens to the connection. */
export interface Author {
  /** Resolves with the id of the start, once the hub has it; rejected with status 412 if the channel has events. */
  readonly opened: Promise<string>;
  /** Aborted if the answer ends by anything but this author. `reason` is a `SluiceError` with the `end` that readers see. */
  readonly signal: Signal;
  /** Resolves once the hub has stored the piece. A rejection fails the answer, and is repeated by `done` and `fail`. */
  append<Content>(
    data: Content & (Content extends Lost ? never : unknown),
    options?: {
      type?: string;
      key?: string;
      contentType?: string;
      /** In a separate request: if the piece is too large, it alone is rejected, with status 413, and the answer goes on. */
      alone?: boolean;
    },
  ): Promise<void>;
  /** Ends the answer as complete; rejected if it has ended by something else. */
  done(usage?: unknown): Promise<{ id: string }>;
  /** Ends the answer as failed: the reason in a word, the message in a sentence. */
  fail(reason: string, message?: string): Promise<{ id: string }>;
  /** Leaves the answer without an end, which its lease brings. */
  close(): void;
}

/** A hub. Connects when it is needed. */
export class Sluice {
  /** @param url the URL of the hub, with its path if it has one; by default that of the page */
  constructor(url?: string | { readonly href: string; toString(): string }, options?: Options);
  readonly state: State;
  on(type: 'state', handler: (state: State) => void): this;
  /** Over HTTP/1.1 this browser may have no connection to the hub left: use `share`. */
  on(type: 'crowded', handler: (detail: { connections: number }) => void): this;
  on(type: 'error', handler: (error: SluiceError) => void): this;
  off(type: string, handler: Function): this;
  /** Channels or patterns to read, or one channel to publish to. Nothing is read before a handler is added. */
  channel<Data = any>(names: string | string[], selection?: Selection): Channel<Data>;
  /** Begins an answer in a new channel. */
  author(name: string, options?: AnswerOptions): Author;
  /** Ends an answer as stopped, also for its author; takes the verbs `publish` and `close`. Resolves with false if it has ended before. */
  stop(name: string, reason?: { by?: string; reason?: string; message?: string }): Promise<boolean>;
  /** Ends a pause and connects now; also after a stop. */
  retry(): void;
  close(): void;
}
