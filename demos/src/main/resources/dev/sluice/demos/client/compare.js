// The page written by hand beside the one with the client: how long each is, and what each survives.
import { find, make } from '/page/frame.js';
import { number, set } from '/page/words.js';
import { both } from './both.js';

const YES = (english, chinese) => ({ kind: 'yes', mark: '✓ ', english, chinese });
const NO = (english, chinese) => ({ kind: 'no', mark: '✗ ', english, chinese });

/** Nothing stands here that no test shows: each has the name of its own. */
const CLAIMS = [
    {
        what: ['The server stops and starts again', '服务器停止后重新启动'],
        byHand: YES('comes back', '自动回来'),
        client: YES('comes back, and goes on', '自动回来并接着读'),
        shownBy: 'ComparedPagesTest.bothComeBackAfterTheServerHasBeenRestarted',
    },
    {
        what: ['The line is cut: what was sent meanwhile', '连接中断：其间发送的内容'],
        byHand: NO('is missing, without a word', '缺失，而且没有提示'),
        client: YES('comes, once and in order', '补上，不重复、不乱序'),
        shownBy: 'ComparedPagesTest.whatWasSentWhileTheLineWasCutComesToTheClientAlone',
    },
    {
        what: ['The page is loaded again', '刷新页面'],
        byHand: NO('begins empty', '从空白开始'),
        client: YES('the newest are there at once', '最新的内容立即出现'),
        shownBy: 'ComparedPagesTest.aReloadShowsTheNewestToTheClientAlone',
    },
    {
        what: ['A proxy refuses WebSockets and holds streams back', '代理拒绝 WebSocket 并扣住流'],
        byHand: NO('shows nothing', '什么也不显示'),
        client: YES('goes on by long polls', '改用长轮询继续'),
        shownBy: 'ComparedPagesTest.aProxyThatHoldsStreamsBackStopsThePageByHandAlone',
    },
];

/** Fills the section of this demo's page. */
export function compare(name) {
    const table = make('table', 'compared');
    const head = table.createTHead().insertRow();
    for (const words of [['', ''], ['by hand', '手写'], ['with the client', '使用客户端']]) {
        head.append(heading('col', both(...words)));
    }
    const body = table.createTBody();
    const lengths = body.insertRow();
    lengths.append(heading('row', both('Lines of script', '脚本行数')));
    count(lengths.insertCell(), `../source/${name}/index.html`);
    count(lengths.insertCell(), `${name}.js`);
    for (const { what, byHand, client, shownBy } of CLAIMS) {
        const row = body.insertRow();
        row.append(heading('row', both(...what), test(shownBy)));
        for (const { kind, mark, english, chinese } of [byHand, client]) {
            const cell = row.insertCell();
            cell.className = kind;
            cell.append(mark, both(english, chinese));
        }
    }
    const title = make('h2');
    title.append(both('By hand, and with the client', '手写与使用客户端的比较'));
    const note = make('p');
    note.append(both(
        'Counted in the files that run, without blank lines and comments, and without what draws rows and states for each: look.js there, line.js and rows.js here. The names are those of the tests that show it.',
        '按正在运行的文件统计，不含空行、注释，也不含各自负责显示行与状态的文件：那边是 look.js，这边是 line.js 和 rows.js。所列名称是证明该结论的测试。',
    ));
    find('compare').append(title, table, note);
}

function heading(scope, ...content) {
    const cell = make('th');
    cell.scope = scope;
    cell.append(...content);
    return cell;
}

/** A long name, which may be broken where its words begin. */
function test(name) {
    const shown = make('code', 'shown-by');
    for (const word of name.split(/(?=[A-Z])/)) shown.append(word, make('wbr'));
    return shown;
}

/** Counts the lines of a script, or of those within a page. */
async function count(cell, file) {
    cell.className = 'figure';
    const answer = await fetch(file);
    if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
    const source = await answer.text();
    const scripts = file.endsWith('.html') ? [...source.matchAll(/<script>([^]*?)<\/script>/g)].map(([, script]) => script) : [source];
    const lines = scripts.join('\n').split('\n').filter((line) => line.trim() && !line.trim().startsWith('//'));
    set(cell, number(lines.length));
}
