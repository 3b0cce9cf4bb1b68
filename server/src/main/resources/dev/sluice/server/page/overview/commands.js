// Commands to paste, with the address of this hub.
import { find } from '../dom.js';
import { HUB } from '../hub.js';
import { set } from '../words.js';

const HUB_URL = HUB.href.replace(/\/$/, '');

const COMMANDS = {
    curl: `curl -d hello ${HUB_URL}/channels/news`,
    js: `import { Sluice } from '${HUB_URL}/client.js';\nnew Sluice('${HUB_URL}').channel('news')\n  .on('message', event => console.log(event.data));`,
    java: `try (var client = SluiceClient.to("${HUB_URL}")) {\n    client.publish("news", "hello");\n}`,
    cli: `sluice pub news hello --url ${HUB_URL}`,
};

export function commands() {
    const tabs = [...find('command-tabs').querySelectorAll('[role=tab]')];
    const choose = (tab) => {
        for (const each of tabs) {
            each.ariaSelected = String(each === tab);
            each.tabIndex = each === tab ? 0 : -1;
        }
        find('command-box').setAttribute('aria-labelledby', tab.id);
        set(find('command'), COMMANDS[tab.id.slice('tab-'.length)]);
    };
    find('command-tabs').addEventListener('click', (click) => click.target.role === 'tab' && choose(click.target));
    find('command-tabs').addEventListener('keydown', ({ key, target }) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
        if (!step) return;
        const next = tabs[(tabs.indexOf(target) + step + tabs.length) % tabs.length];
        choose(next);
        next.focus();
    });
    choose(tabs[0]);
}
