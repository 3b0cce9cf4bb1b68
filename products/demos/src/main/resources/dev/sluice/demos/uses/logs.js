// The end of the hub's log, live.
import { clock, language, make } from '../../page/program.js';

export function show(element, sluice, { isCard }) {
    const lines = element.appendChild(make('div', 'log-lines'));
    lines.role = 'log';
    lines.ariaLive = 'off';
    lines.ariaLabel = language() === 'zh' ? '日志' : 'Log';
    const shown = isCard ? 6 : 200;
    sluice.channel('demos/logs', { last: shown, join: true }).on('message', ({ data }) => {
        const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 24;
        lines.append(line(data));
        while (lines.childElementCount > shown) lines.firstChild.remove();
        if (atEnd) lines.scrollTop = lines.scrollHeight;
    });
    if (!isCard) lines.tabIndex = 0;
}

function line({ time, level, logger, text }) {
    const line = make('p');
    line.dataset.level = level;
    line.append(make('time', '', clock(new Date(time))), make('b', '', level), make('span', 'logger', logger), make('span', '', text));
    return line;
}
