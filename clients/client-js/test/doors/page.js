/** Reads one channel with the clients of four protocols, none of which is changed, and shows what each receives. */
import { DurableStream } from '@durable-streams/client';
import Pusher from 'pusher-js';

const TYPES = ['order', 'message']; // Durable Streams has no types: the hub's default one.

const readers = {
  'EventSource': (hub, take) => eventSource(`${hub}channels/pusher/shop/orders`, take),
  'pusher-js': pusher,
  'EventSource on Mercure': (hub, take) => eventSource(`${hub}.well-known/mercure?topic=orders`, take),
  '@durable-streams/client': durableStream,
};

/** What each has received, by its name. */
window.received = {};

/** Resolves when all of them listen. */
window.begin = hub => Promise.all(Object.entries(readers).map(([name, read]) => {
  const got = received[name] = [];
  const section = document.querySelector('main').appendChild(document.createElement('section'));
  section.innerHTML = `<h2>${name}</h2><output>0 events</output><ol></ol>`;
  const [, output, list] = section.children;
  return read(hub, data => {
    const event = typeof data === 'string' ? JSON.parse(data) : data;
    got.push(event);
    list.append(bar(event));
    output.value = `${got.length} events`;
  });
}));

/** Resolves when each has received this event. */
window.until = number => new Promise(resolve => {
  const look = () => Object.values(received).every(got => got.some(event => event.number === number)) && resolve();
  new MutationObserver(look).observe(document.querySelector('main'), { subtree: true, childList: true });
  look();
});

/** Shows what each has received of a channel's events, the first `killed` of which were published before the kill. */
window.compare = (events, killed) => {
  for (const [i, got] of Object.values(received).entries()) {
    const numbers = got.map(event => event.number);
    const missing = events.filter(event => !numbers.includes(event.number)).length;
    const twice = numbers.length - new Set(numbers).size;
    const [, output, list] = document.querySelectorAll('section')[i].children;
    output.value = `${got.length} of ${events.length} events, ${missing} missing, ${twice} twice`;
    list.replaceChildren(...events.map((event, index) => {
      const item = bar(event);
      item.classList.toggle('missing', !numbers.includes(event.number));
      item.classList.toggle('killed', index === killed);
      return item;
    }));
  }
};

function bar({ door, number }) {
  const item = document.createElement('li');
  item.className = door;
  item.title = `${door} ${number}`;
  return item;
}

function eventSource(url, take) {
  const source = new EventSource(url);
  for (const type of TYPES) source.addEventListener(type, ({ data }) => take(data));
  return new Promise(resolve => { source.onopen = resolve; });
}

/** `window.subscribed` resolves at its next subscription, as after a lost connection. */
function pusher(hub, take) {
  const { hostname, port } = new URL(hub);
  const client = new Pusher('key-1', { wsHost: hostname, wsPort: port, forceTLS: false, enabledTransports: ['ws'], cluster: '' });
  const channel = client.subscribe('orders');
  for (const type of TYPES) channel.bind(type, take);
  const next = () => new Promise(resolve => {
    channel.bind('pusher:subscription_succeeded', function listener() {
      channel.unbind('pusher:subscription_succeeded', listener);
      resolve();
    });
  });
  const first = next();
  first.then(() => { window.subscribed = next(); });
  return first;
}

async function durableStream(hub, take) {
  const stream = new DurableStream({ url: `${hub}streams/pusher/shop/orders` });
  const response = await stream.stream({ offset: '-1', live: true, json: true });
  response.subscribeJson(async ({ items }) => items.forEach(take));
}
