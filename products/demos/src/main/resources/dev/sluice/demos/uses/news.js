// Headlines, the newest first, and as browser notifications if the reader permits them.
import { clock, language, make } from '../../page/program.js';
import { both } from '../client/both.js';

const SECTIONS = {
    harbour: ['Harbour', '港口'], sport: ['Sport', '体育'], weather: ['Weather', '天气'],
    science: ['Science', '科学'], culture: ['Culture', '文化'],
};

export function show(element, sluice, { isCard }) {
    const rows = element.appendChild(make('ol', 'headlines'));
    const shown = isCard ? 3 : 12;
    let headlines = [];
    const news = sluice.channel('demos/news', { last: shown, join: true });
    news.on('message', ({ data, time }) => {
        headlines = [{ data, time }, ...headlines].slice(0, shown);
        rows.replaceChildren(...headlines.map(headline)); // Rows change their contents, and none of them moves.
        if (!isCard) tell(data);
    });
    if (!isCard) element.prepend(permission(), form(news));
}

function headline({ data: { section, en, zh }, time }) {
    const row = make('li');
    const about = make('span', 'section');
    if (SECTIONS[section]) about.append(both(...SECTIONS[section]));
    const text = make('b');
    text.append(both(en, zh));
    row.append(about, text, make('time', '', clock(new Date(time))));
    return row;
}

function tell({ section, en, zh }) {
    if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
    new Notification('Sluice', { body: language() === 'zh' ? zh : en, tag: section });
}

function permission() {
    const button = make('button');
    button.type = 'button';
    button.append(both('Show headlines as notifications', '用系统通知显示新闻'));
    button.hidden = !('Notification' in globalThis) || Notification.permission !== 'default';
    button.addEventListener('click', async () => {
        button.hidden = (await Notification.requestPermission()) !== 'default';
    });
    return button;
}

/** A form that publishes a headline: anyone who may publish to the channel can be a newsroom. */
function form(news) {
    const form = make('form', 'write');
    const text = form.appendChild(make('input'));
    text.maxLength = 100;
    text.required = true;
    text.placeholder = text.ariaLabel = language() === 'zh' ? '标题' : 'Headline';
    const send = form.appendChild(make('button', 'main'));
    send.append(both('Publish', '发布'));
    form.addEventListener('submit', async (submit) => {
        submit.preventDefault();
        const words = text.value;
        text.value = '';
        await news.publish({ section: 'harbour', en: words, zh: words });
    });
    return form;
}
