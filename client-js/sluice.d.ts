/** A transport, best first: a session over WebSocket or over SSE and POST, JSON lines, long polls, polls. */
export type Transport = 'websocket' | 'sse' | 'ndjson' | 'longpoll' | 'poll';

export interface Backoff {
  /** The first pause, in milliseconds; 1,000 unless told otherwise. */
  first?: number;
  /** By how much each pause is longer than the one before; 2. */
  factor?: number;
  /** The longest pause, in milliseconds; 30,000. */
  max?: number;
  /** Which part of a pause is left to chance, 0 to 1: 1, so that those who lost the same hub don't come back in step. */
  jitter?: number;
  /** How many pauses without success until it stops; Infinity. */
  tries?: number;
}

export interface Options {
  /** Which may be used, best first; all five. */
  transports?: Transport[];
  backoff?: Backoff;
  /** Who this is, for presence. */
  client?: string;
  /** Gives a token that is good now; called for each request and each connection. */
  getToken?: () => string | undefined | Promise<string | undefined>;
  /** As of `fetch`; `include` sends cookies to a hub of another origin. */
  credentials?: RequestCredentials;
  /** One connection for all tabs of this browser, where it has Web Locks (a secure context). */
  share?: boolean;
  /** Seconds between two signs of life, 5 to 120; 15. */
  heartbeat?: number;
  /** How long the hub may take for its first word, in milliseconds; 10,000. */
  answerMs?: number;
  /** Until better transports are tried again, in milliseconds; 60,000, each time twice as long, at most 15 minutes. */
  betterMs?: number;
  /** The pause between two plain polls, in milliseconds; 5,000. */
  pollMs?: number;
  /** How long the hub may hold back the answer to a long poll, in seconds; 25. */
  waitSeconds?: number;
  /** Of publishes that wait to be acknowledged; 4 MiB. One that finds no room is rejected. */
  unsentBytesMax?: number;
}

export type State =
  | { state: 'idle' }
  | { state: 'connecting'; transport: Transport | 'tab' }
  | { state: 'open'; transport: Transport }
  | {
      state: 'waiting';
      /** When it tries next, as `Date.now()` counts. */
      at: number;
      /** How many tries there were since the line was good. */
      tries: number;
      reason: string;
    }
  | { state: 'stopped'; reason: string; error: SluiceError };

/** What went wrong, in the hub's words where it has said any. */
export class SluiceError extends Error {
  /** Of the refusal, as in HTTP. */
  readonly status?: number;
  /** RFC 9457, as the hub sent it. */
  readonly problem?: { type?: string; title?: string; status?: number; detail?: string; [member: string]: unknown };
  /** Of a publish that was sent and never answered. */
  readonly mayHaveArrived?: boolean;
}

/** Where to begin: at most one of the first four. Without any, with what is to come. */
export interface Selection {
  /** Behind this cursor or event; `earliest` is the oldest that is kept. */
  after?: string;
  /** A duration as `10m`, or a time. */
  since?: string;
  /** With the newest so many of the whole selection. */
  last?: number;
  /** With the newest event of each key. */
  snapshot?: boolean;
  /** Only events of these types. */
  type?: string | string[];
  /** While behind, skips events whose key has a newer one. */
  conflate?: boolean;
  /** While behind, joins neighbouring text events that are alike. */
  coalesce?: boolean;
  /** `fail` makes an error of a gap. */
  gap?: 'event' | 'fail';
  /** Also tells who comes and goes, as events of the type `presence`. */
  presence?: boolean;
  /** Makes `client` present in these channels. */
  join?: boolean;
}

export interface Event<Data = any> {
  /** The same for every reader, for ever. */
  readonly id: string;
  /** What `after` takes to go on behind this event. */
  readonly cursor: string;
  readonly channel: string;
  readonly type: string;
  /** When the hub took it, ISO 8601. */
  readonly time: string;
  /** Text is a string, JSON is parsed, anything else is bytes (`Uint8Array`). Absent if `removed`. */
  readonly data: Data;
  readonly contentType?: string;
  readonly key?: string;
  readonly from?: string;
  /** The key has ended, or the data was deleted. */
  readonly removed?: boolean;
}

/** Events that were asked for are gone; what comes next begins at `resume`. A page answers by loading its state anew. */
export interface Gap {
  readonly type: 'sluice.gap';
  readonly after?: string;
  readonly resume: string;
  readonly reason: 'trimmed' | 'epoch' | 'deleted' | 'skipped';
}

export interface Publication {
  type?: string;
  key?: string;
  /** Of data that is not what it seems: a string is text, bytes are binary, anything else is JSON. */
  contentType?: string;
  /** Makes a repeat within five minutes harmless; made up unless given. */
  idempotencyKey?: string;
  /** Only if the channel's newest event is still this one. */
  ifMatch?: string;
}

export interface Published {
  id: string;
  channel: string;
  /** The hub had it already, under the same idempotency key. */
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
  /** Behind all that has come. */
  readonly cursor?: string;
  on<Type extends keyof ChannelEvents>(type: Type, handler: (detail: ChannelEvents[Type]) => void): this;
  on(type: string, handler: (event: Event<Data>) => void): this;
  off(type: string, handler: Function): this;
  publish(data: unknown, publication?: Publication): Promise<Published>;
  /** Who is here; with a function also who will be, until this channel is closed. */
  presence(tell?: (members: Member[]) => void): Promise<Member[]>;
  close(): void;
}

/** A hub. Connects when there is something to do. */
export class Sluice {
  /** @param url of the hub, with its path if it has one; that of the page unless given */
  constructor(url?: string | URL, options?: Options);
  readonly state: State;
  on(type: 'state', handler: (state: State) => void): this;
  /** Over HTTP/1.1 this browser has so many connections to the hub that there may be none left: use `share`. */
  on(type: 'crowded', handler: (detail: { connections: number }) => void): this;
  on(type: 'error', handler: (error: SluiceError) => void): this;
  off(type: string, handler: Function): this;
  /** Channels or patterns to read, or one channel to publish to. Nothing is read before somebody listens. */
  channel<Data = any>(names: string | string[], selection?: Selection): Channel<Data>;
  /** Tries now, rather than when the pause is over; after a stop, begins again. */
  retry(): void;
  close(): void;
}
