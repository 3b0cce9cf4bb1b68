/** One conversation: reads its questions and answers from the hub, sends questions to the backend, and stops answers at the hub. */
import { Sluice } from '/client.js';
import { readers, words } from '/words.js';

/** The messages before a question that a model gets, and the tries to reach a backend that starts again. */
const HISTORY_MAX = 20;
const HISTORY_BYTES_MAX = 200 * 1024; // The backend takes 256 KiB.
const TRIES_MAX = 10;

/** After that, a conversation without a question is a new one. */
const SETTLED_MS = 200;

const find = selector => document.querySelector(selector);
const { lang } = document.documentElement;
const { hub } = document.body.dataset;
const models = JSON.parse(document.body.dataset.models);
const chat = location.pathname.split('/').at(-1);
const me = ownName();

const questions = new Map(); // By id: {text, node, answers by model}.
const answers = new Map(); // By id: {id, question, model, n, text, node, …}.

const sluice = new Sluice(hub, { getToken, backoff: { max: 3_000 } });
sluice.on('state', showState);

/** All of the conversation, in one subscription: what is kept comes joined, then each piece as it is written. */
sluice.channel([`conversations/${chat}`, `answers/${chat}/*`], { after: 'earliest', coalesce: true })
  .on('question', ({ key, data }) => questionOf(key, data.text))
  .on('start', ({ channel, data, time }) => begin(channel, data, time))
  .on('delta', ({ channel, data }) => answerIn(channel)?.add(data))
  .on('end', ({ channel, data, from, time }) => answerIn(channel)?.end(endOf(from, data), time))
  .on('sluice.closed', ({ channel }) => answerIn(channel)?.end({ status: 'failed', message: 'closed' }))
  .on('sluice.gap', () => (find('#said').textContent = say('gone')))
  .on('error', ({ message }) => showState({ state: 'stopped', reason: message }))
  .on('open', () => setTimeout(showEmpty, SETTLED_MS));

class Answer {
  constructor(id, model, question, time) {
    const [, , n] = id.split('.');
    Object.assign(this, { id, model, question, n: Number(n), time, text: '', status: 'writing' });
    this.node = copy('#answer-template');
    const { name, about } = models.find(each => each.id === model) ?? { name: model, about: '' };
    this.#of('h3').textContent = name;
    this.#of('small').textContent = about;
    this.#of('.stop').onclick = () => (this.status === 'writing' ? stop(this) : again(this));
    this.node.dataset.model = models.findIndex(each => each.id === model);
    this.#show('writing', say('writing'));
  }

  #of(selector) {
    return this.node.querySelector(selector);
  }

  add(text) {
    this.text += text;
    this.#of('.text').append(text); // As text: an answer is never markup.
  }

  end({ status, reason, message, by, usage }, time) {
    if (this.status !== 'writing') return;
    if (status === 'done') {
      this.#show('done', say('done'));
      const seconds = ((Date.parse(time) - Date.parse(this.time)) / 1_000).toFixed(1);
      this.#of('.figures').textContent = say('figures', { tokens: usage?.outputTokens ?? '?', seconds });
    } else if (status === 'stopped') {
      this.#show('stopped', by === me ? say('stoppedByYou') : say('stopped', { name: nameOf(by) }));
    } else {
      this.#show('failed', say(reason === 'lost' ? 'lost' : 'failed'));
      this.#of('.why').textContent = reason === 'lost' ? say('lostWhy') : say('failedWhy', { reason: message ?? reason });
    }
  }

  #show(status, word) {
    this.status = status;
    this.node.dataset.state = status;
    this.#of('.pill').textContent = word;
    this.#of('.stop').textContent = say(status === 'writing' ? 'stop' : 'again');
  }
}

function begin(channel, { model, question }, time) {
  const id = channel.split('/').at(-1);
  if (answers.has(id)) return;
  const answer = new Answer(id, model, question, time);
  answers.set(id, answer);
  const its = questionOf(question);
  const older = its.answers.get(model);
  if (older?.n > answer.n) return;
  its.answers.set(model, answer);
  if (older) return older.node.replaceWith(answer.node);
  const list = its.node.querySelector('.answers'); // In the order of the models.
  list.insertBefore(answer.node, [...list.children].find(each => each.dataset.model > answer.node.dataset.model) ?? null);
}

function questionOf(id, text) {
  let question = questions.get(id);
  if (!question) {
    question = { id, node: copy('#question-template'), answers: new Map() };
    questions.set(id, question);
    find('#chat').append(question.node);
  }
  if (text !== undefined) {
    question.text = text;
    question.node.querySelector('h2').textContent = text;
  }
  showEmpty();
  return question;
}

function answerIn(channel) {
  return answers.get(channel.split('/').at(-1));
}

/** A reader only stops an answer, whatever its event says: other words are those of the backend, and of the hub that lost it. */
function endOf(from, data) {
  return from && from !== 'backend' ? { status: 'stopped', by: from } : data;
}

/** What a model is asked: the messages before this question that it answered, and the question. */
function messagesFor(model, question, text) {
  const messages = [];
  for (const each of questions.values()) {
    if (each.id === question) break;
    const answer = each.answers.get(model);
    if (answer?.status === 'done') messages.push({ role: 'user', content: each.text }, { role: 'assistant', content: answer.text });
  }
  let kept = messages.slice(-HISTORY_MAX);
  while (new Blob([JSON.stringify(kept)]).size > HISTORY_BYTES_MAX) kept = kept.slice(2);
  return [...kept, { role: 'user', content: text }];
}

/** Asks a model. The page names the answer, so a request that is sent again asks nothing twice. */
async function put(question, model, n, text) {
  const body = JSON.stringify({ messages: messagesFor(model, question, text) });
  for (let tries = 1; ; tries++) {
    const response = await fetch(`/chats/${chat}/answers/${question}.${model}.${n}`, { method: 'PUT', body }).catch(() => undefined);
    if (response?.ok) return;
    if (response && response.status < 500) throw new Error(await response.text());
    if (tries === TRIES_MAX) throw new Error(say('away'));
    find('#said').textContent = say('away');
    await new Promise(resolve => setTimeout(resolve, 300 * tries));
  }
}

let draft = {};

async function ask(text) {
  if (draft.text !== text) draft = { text, id: randomId() };
  await sending(async () => {
    await Promise.all(models.map(({ id }) => put(draft.id, id, 1, text)));
    if (find('textarea').value.trim() === text) find('textarea').value = '';
    draft = {};
  });
}

function again({ question, model, n }) {
  sending(() => put(question, model, n + 1, questions.get(question).text));
}

function stop({ id }) {
  sending(() => sluice.stop(`answers/${chat}/${id}`, { by: me }));
}

async function sending(work) {
  find('#said').textContent = say('sending');
  try {
    await work();
    find('#said').textContent = '';
  } catch (error) {
    find('#said').textContent = say('notSent', { reason: error.message });
  }
}

async function getToken() {
  const response = await fetch(`/chats/${chat}/token`, { method: 'POST', body: me });
  if (!response.ok) throw new Error(await response.text());
  return response.text();
}

let countdown;

function showState({ state, at, reason }) {
  clearInterval(countdown);
  const show = () => {
    const seconds = Math.max(1, Math.ceil((at - Date.now()) / 1_000));
    find('#state').textContent = say(state === 'stopped' ? 'refused' : state, { seconds, reason });
  };
  document.body.dataset.connection = find('#state').dataset.state = state;
  show();
  if (state === 'waiting') countdown = setInterval(show, 250);
}

function showEmpty() {
  find('#empty').hidden = questions.size > 0;
}

function say(name, values = {}) {
  return words[lang][name].replaceAll(/\{(\w+)\}/g, (_, value) => values[value]);
}

/** This browser's: an animal, and four digits that tell two of them apart. */
function ownName() {
  const animals = Object.keys(readers.en);
  const [animal, ...digits] = crypto.getRandomValues(new Uint8Array(3));
  const name = `${animals[animal % animals.length]}-${digits.map(each => each.toString(16).padStart(2, '0')).join('')}`;
  try {
    return (localStorage.me ??= name);
  } catch {
    return name; // Without storage, another one after each reload.
  }
}

function nameOf(reader = '') {
  return readers[lang][reader.split('-')[0]] ?? reader;
}

function randomId() {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).replaceAll('+', '-').replaceAll('/', '_').slice(0, 22);
}

function copy(template) {
  return find(template).content.cloneNode(true).firstElementChild;
}

if (location.search === '?new') {
  history.replaceState(null, '', location.pathname);
  showEmpty();
}
find('#you').textContent = say('you', { name: nameOf(me) });
find('#ask').onsubmit = event => {
  event.preventDefault();
  ask(find('textarea').value.trim());
};
find('textarea').onkeydown = event => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  find('#ask').requestSubmit();
};
for (const button of document.querySelectorAll('.examples button')) button.onclick = () => ask(button.textContent);

find('#copy').hidden = !navigator.clipboard;
find('#copy').onclick = async () => {
  await navigator.clipboard.writeText(location.href);
  find('#copy').textContent = say('copied');
};
find('#lang').value = lang;
find('#theme').value = document.documentElement.dataset.theme;
for (const name of ['lang', 'theme']) {
  find(`#${name}`).onchange = ({ target }) => {
    document.cookie = `${name}=${target.value}; Path=/; SameSite=Lax; Max-Age=31536000`;
    if (name === 'lang') location.reload();
    else document.documentElement.dataset.theme = target.value;
  };
}

/** Follows what is written while the reader is at the end. */
let follows = true;
addEventListener('scroll', () => (follows = scrollY + innerHeight > document.documentElement.scrollHeight - 80), { passive: true });
new ResizeObserver(() => follows && scrollTo(0, document.documentElement.scrollHeight)).observe(find('main'));
