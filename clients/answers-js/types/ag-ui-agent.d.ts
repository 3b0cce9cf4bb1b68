import type { Sluice } from 'sluice-client';
import { HttpAgent, type HttpAgentConfig } from '@ag-ui/client';

/** An `HttpAgent` whose page reads runs from the hub: nothing is lost or repeated, whatever happens to its connection. */
export class SluiceAgent extends HttpAgent {
  constructor(
    config: HttpAgentConfig & {
      sluice: Sluice;
      /** Replays what is kept at the author's pace (1), or so many times as fast. By default it comes in one piece. */
      pace?: number;
    },
  );
  /** Stops the agent, for all readers: a run by the id of its answer, by default that which this page has read last. */
  stop(options?: { answer?: string }): Promise<void>;
}
