// Compares the page written by hand with the one that uses the client: their length, and the faults that they survive.
import { find, make, number, set } from '../../page/program.js';
import { both } from './both.js';

const YES = (english, chinese) => ({ kind: 'yes', mark: '✓ ', english, chinese });
const NO = (english, chinese) => ({ kind: 'no', mark: '✗ ', english, chinese });

/** Each claim names the test that proves it. */
const CLAIMS = [
    {
        what: ['The server stops and starts again', '服务器停止后重新启动'],
        byHand: YES('reconnects', '自动重连'),
        client: YES('reconnects and resumes', '自动重连并继续读取'),
        shownBy: 'ComparedPagesTest.bothReconnectAfterAServerRestart',
    },
    {
        what: ['The connection is lost: events sent during that time', '连接断开：其间发送的事件'],
        byHand: NO('lost without notice', '丢失，而且没有提示'),
        client: YES('delivered, once and in order', '补发，不重复、不乱序'),
        shownBy: 'ComparedPagesTest.onlyTheClientReceivesEventsSentWhileDisconnected',
    },
    {
        what: ['The page is reloaded', '刷新页面'],
        byHand: NO('starts empty', '从空白开始'),
        client: YES('shows the newest events at once', '立即显示最新的事件'),
        shownBy: 'ComparedPagesTest.onlyTheClientShowsTheNewestEventAfterAReload',
    },
    {
        what: ['A proxy refuses WebSockets and buffers streams', '代理拒绝 WebSocket 并缓冲流'],
        byHand: NO('shows nothing', '什么也不显示'),
        client: YES('uses long polls', '改用长轮询'),
        shownBy: 'ComparedPagesTest.onlyTheClientWorksBehindABufferingProxy',
    },
];

/** Fills the comparison section of a demo's page. */
export function compare(name) {
    const table = make('table', 'compared');
    const head = table.createTHead().insertRow();
    head.append(make('td'));
    for (const words of [['by hand', '手写'], ['with the client', '使用客户端']]) {
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
        'Counted in the files that run, without blank lines and comments, and without the files that display rows and states: look.js on one side, state.js and rows.js on the other. The names are those of the tests that prove it.',
        '按正在运行的文件统计，不含空行、注释，也不含各自负责显示行与状态的文件：一边是 look.js，另一边是 state.js 和 rows.js。所列名称是证明该结论的测试。',
    ));
    find('compare').append(title, table, note);
}

function heading(scope, ...content) {
    const cell = make('th');
    cell.scope = scope;
    cell.append(...content);
    return cell;
}

/** Shows a long name that may wrap between its words. */
function test(name) {
    const shown = make('code', 'shown-by');
    for (const word of name.split(/(?=[A-Z])/)) shown.append(word, make('wbr'));
    return shown;
}

/** Counts the lines of a script, or of the scripts within a page. */
async function count(cell, file) {
    cell.className = 'figure';
    const answer = await fetch(file);
    if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
    const source = await answer.text();
    const scripts = file.endsWith('.html') ? [...source.matchAll(/<script>([^]*?)<\/script>/g)].map(([, script]) => script) : [source];
    const lines = scripts.join('\n').split('\n').filter((line) => line.trim() && !line.trim().startsWith('//'));
    set(cell, number(lines.length));
}
