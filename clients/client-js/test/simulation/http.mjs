/** The answers of the model hub to requests: sessions as event streams, JSON lines, long polls and polls. */
import { envelope } from './model-hub.mjs';

const JSON_LINES = 'application/x-ndjson';

/**
 * @param exchange has the request, and answers: `head(status, type, headers)`, `write(text)`, `end()`;
 *     `onEnd(act)` for when the requester is gone
 */
export function answer(hub, world, exchange) {
  const { method, url, headers, body = '' } = exchange;
  const [, room, name] = url.pathname.split('/');
  const lines = text => text.split('\n').filter(Boolean).map(line => JSON.parse(line));
  if (room === 'session' && method === 'GET') {
    exchange.head(200, 'text/event-stream');
    const session = hub.open(Number(url.searchParams.get('heartbeat')), message => exchange.write(`data: ${JSON.stringify(message)}\n\n`));
    exchange.onEnd(() => session.end());
    session.welcome();
  } else if (room === 'session') {
    const session = hub.session(name);
    if (!session) return problem(exchange, 404);
    for (const message of lines(body)) session.hear(message);
    exchange.head(204);
    exchange.end();
  } else if (method === 'POST') {
    const channel = url.pathname.slice('/channels/'.length);
    exchange.head(201, 'application/json');
    exchange.write(JSON.stringify(hub.publish(channel, body, headers['Idempotency-Key'])));
    exchange.end();
  } else {
    read(hub, world, exchange);
  }
}

function problem(exchange, status) {
  exchange.head(status, 'application/problem+json');
  exchange.write(JSON.stringify({ title: 'No', status }));
  exchange.end();
}

function read(hub, world, exchange) {
  const { url, headers } = exchange;
  const names = url.searchParams.getAll('name');
  let next = hub.place(url.searchParams.get('after') ?? undefined);
  const begin = { 'Sluice-Cursor': String(next) };
  if (headers.Accept === JSON_LINES) {
    exchange.head(200, JSON_LINES, begin);
    const tell = () => {
      const gap = hub.gap(next);
      if (gap) {
        exchange.write(`${JSON.stringify({ gap })}\n`);
        next = hub.trimmed;
      }
      const news = hub.read(names, next);
      next = news.next;
      for (const event of news.events) exchange.write(`${JSON.stringify(envelope(event))}\n`);
    };
    const beat = () => {
      exchange.write(`${JSON.stringify({ cursor: String(next), heartbeat: { behind: 0 } })}\n`);
      cancel = world.after(Number(url.searchParams.get('heartbeat')) * 1_000, beat);
    };
    let cancel;
    exchange.onEnd(hub.onNews(tell));
    exchange.onEnd(() => cancel());
    tell();
    beat();
    return;
  }
  const page = () => {
    const gap = hub.gap(next);
    const news = hub.read(names, gap ? hub.trimmed : next, 100);
    exchange.head(200, 'application/json', begin);
    exchange.write(JSON.stringify({ gap, events: news.events.map(envelope), cursor: String(news.next), more: news.next < hub.head }));
    exchange.end();
  };
  const waitMs = Number(url.searchParams.get('wait') ?? 0) * 1_000;
  if (!waitMs || hub.gap(next) || hub.read(names, next).events.length) return page();
  const finish = () => {
    forget();
    cancel();
    page();
  };
  const forget = hub.onNews(() => hub.read(names, next).events.length && finish());
  const cancel = world.after(waitMs, finish);
  exchange.onEnd(() => {
    forget();
    cancel();
  });
}
