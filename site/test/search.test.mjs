/** What the search finds for questions that people ask, on its first page. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { RESULTS_MAX, createIndex, find, words } from '../client/search-index.js';
import { searchParts } from '../lib/menu.mjs';
import { readSite } from '../lib/site.mjs';

/** Questions, each with the address that answers it. */
const QUESTIONS = {
  en: {
    'resume after disconnect': 'http-api.html#resume-after-a-lost-connection',
    'nginx buffering': 'deploy.html#nginx',
    'how to authenticate a browser': 'protocol.html#login',
    'slow client memory': 'decisions/0004-why-a-slow-reader-costs-nothing.html',
    kubernetes: 'kubernetes.html',
    backup: 'cli.html#sluice-backup',
    'long polling': 'http-api.html#poll-and-long-poll',
    'websocket ping timeout': 'protocol.html#websocket',
    'idempotent publish': 'protocol.html#idempotency',
    upgrade: 'upgrading.html',
  },
  zh: {
    断线重连后继续接收: 'zh/http-api.html#断开之后续传',
    'nginx 缓冲': 'zh/deploy.html#nginx',
    令牌过期: 'zh/client-js.html#令牌',
    备份: 'zh/upgrading.html#退回',
    升级: 'zh/upgrading.html',
  },
};

for (const [language, questions] of Object.entries(QUESTIONS)) {
  describe(`in ${language}`, () => {
    let index;
    before(() => {
      const { groups, pages } = readSite();
      index = createIndex(searchParts(groups, pages).filter(part => part.language === language).flatMap(({ sections }) => sections));
    });

    for (const [question, answer] of Object.entries(questions)) {
      test(question, () => {
        const urls = find(index, question).map(({ url }) => url);
        assert.ok(urls.length <= RESULTS_MAX);
        assert.ok(urls.includes(answer), `'${question}' finds ${urls.join(', ')}`);
      });
    }

    test('finds nothing for a word that no page has', () => assert.deepEqual(find(index, 'qqxyzzy'), []));
  });
}

test('takes words by their stem, and Chinese by pairs of characters', () => {
  assert.deepEqual(words('How to resume: resuming'), ['resum', 'resum']);
  assert.deepEqual(words('用http令牌过期'), ['用', 'http', '令牌', '牌过', '过期']);
  assert.deepEqual(words('键'), ['键']);
});

test('finds a single Chinese character', () => {
  const index = createIndex([{ url: 'a.html', page: '甲', title: '密钥', text: '' }]);
  assert.equal(find(index, '密').length, 1);
});

test('has three sections of a page at most', () => {
  const sections = Array.from({ length: 5 }, (_, i) => ({ url: `a.html#${i}`, page: 'A', title: 'retention', text: '' }));
  assert.equal(find(createIndex(sections), 'retention').length, 3);
});
