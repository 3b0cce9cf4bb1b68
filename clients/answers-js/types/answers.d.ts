import type { Options } from 'sluice-client';

/** The hub, and how its channels are named; further options are those of the client. */
export interface AnswersOptions extends Options {
  /** The hub's URL. */
  url: string;
  /** Before the names of all channels, such as `users/ada/`, so that a token can be limited to them. */
  prefix?: string;
  /** Seconds after which the hub ends an answer as lost, unless its server is still alive. */
  lease?: number;
  /** Called with what a model's stream has thrown, which readers do not get, and with why an answer broke off. `console.error`. */
  onError?: (error: unknown) => void;
}
