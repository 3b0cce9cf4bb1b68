// Commands to paste, with the address of this hub.
import { find } from '../dom.js';
import { HUB } from '../hub.js';
import { tabs } from '../tabs.js';
import { set } from '../words.js';

const HUB_URL = HUB.href.replace(/\/$/, '');

const COMMANDS = {
    curl: `curl -d hello ${HUB_URL}/channels/news`,
    js: `import { Sluice } from '${HUB_URL}/client.js';\nnew Sluice('${HUB_URL}').channel('news')\n  .on('message', event => console.log(event.data));`,
    java: `try (var client = SluiceClient.to("${HUB_URL}")) {\n    client.publish("news", "hello");\n}`,
    cli: `sluice pub news hello --url ${HUB_URL}`,
};

export function commands() {
    tabs(find('command-tabs'), (tab) => {
        find('command-box').setAttribute('aria-labelledby', tab.id);
        set(find('command'), COMMANDS[tab.id.slice('tab-'.length)]);
    });
}
