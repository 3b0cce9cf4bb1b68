/**
 * MCP over HTTP for clients of the protocol's version 2025-11-25 and older, beside the SDK's own `createMcpHandler` for newer ones. Each
 * client has a session with a separate server, whose messages are in a channel: a lost connection is not a cancel.
 */
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { Sluice } from 'sluice-client';
import { SluiceEventStore } from './mcp.js';

/** Each session keeps a server in memory, and many clients leave without ending theirs. */
const SESSIONS_MAX = 1_000;

/** The limit of messages of all sessions together that wait for the hub. */
const UNSENT_BYTES_MAX = 64 * 1024 * 1024;

/** The protocol's answer for a session that is over, after which the client begins a new one. */
const NOT_FOUND = { jsonrpc: '2.0', error: { code: -32_001, message: 'Session not found' }, id: null };

export class SluiceMcpSessions {
  #server;
  #transport;
  #sessionsMax;
  #onError;
  #options;
  #sluice; // One connection for the messages of all sessions.
  #sessions = new Map(); // By id, the least recently used first.

  /**
   * @param server      returns a new server for each session; `createMcpHandler` takes the same function
   * @param transport   options of the SDK's transport, such as `keepAliveMs`
   * @param sessionsMax the limit of sessions, above which the least recently used one ends
   * @param onError     called with errors that no client sees
   */
  constructor({ server, transport = {}, sessionsMax = SESSIONS_MAX, onError = console.error, ...options }) {
    this.#server = server;
    this.#transport = transport;
    this.#sessionsMax = sessionsMax;
    this.#onError = onError;
    const { url, prefix, ...client } = options;
    this.#sluice = new Sluice(url, { unsentBytesMax: UNSENT_BYTES_MAX, ...client });
    this.#options = { ...options, sluice: this.#sluice };
  }

  get size() {
    return this.#sessions.size;
  }

  /**
   * Answers a request for which the SDK's `isLegacyRequest` is true.
   *
   * @param owner the caller's name; only the owner who began a session finds it
   * @param options of the SDK, such as `authInfo`
   */
  async handle(request, { owner, ...options } = {}) {
    if (this.#sluice.state.error) this.#sluice.retry(); // A refusal, such as of a stale token, is not for all sessions and for good.
    const id = request.headers.get('Mcp-Session-Id');
    if (!id) return this.#begin(request, owner, options);
    const session = this.#sessions.get(id);
    if (!session || session.owner !== owner) return Response.json(NOT_FOUND, { status: 404 });
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session.transport.handleRequest(request, options);
  }

  /** Ends all sessions, for the end of the program. */
  async close() {
    await Promise.all([...this.#sessions.keys()].map(id => this.#end(id)));
    this.#sluice.close();
  }

  async #begin(request, owner, options) {
    const store = new SluiceEventStore(this.#options);
    const transport = new WebStandardStreamableHTTPServerTransport({
      ...this.#transport,
      eventStore: store,
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: id => this.#add(id, { owner, transport, server, store }),
      onsessionclosed: id => this.#end(id),
    });
    const server = await this.#server({ era: 'legacy', authInfo: options.authInfo, requestInfo: request });
    await server.connect(transport);
    const response = await transport.handleRequest(request, options);
    if (!transport.sessionId) await server.close(); // The request does not begin a session.
    return response;
  }

  /** An owner with more than a tenth of all sessions loses its own one, so that no owner can end those of the others. */
  async #add(id, session) {
    this.#sessions.set(id, session);
    if (this.#sessions.size <= this.#sessionsMax) return;
    const all = [...this.#sessions];
    const own = all.filter(([, { owner }]) => owner === session.owner);
    const [[oldest]] = own.length > Math.max(1, this.#sessionsMax / 10) ? own : all;
    await this.#end(oldest);
  }

  /** Cancels the session's calls first: a running call would store its result in the deleted channel. */
  async #end(id) {
    const session = this.#sessions.get(id);
    if (!this.#sessions.delete(id)) return;
    await session.server.close();
    await session.store.close().catch(this.#onError);
  }
}
