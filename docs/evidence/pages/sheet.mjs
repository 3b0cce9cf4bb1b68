// Puts the pictures of a folder on contact sheets, to look at many of them at a time.
//     node --experimental-websocket docs/evidence/pages/sheet.mjs FOLDER [PATTERN-OF-NAMES [COLUMNS]]
// Needs chromium on the path. The sheets are in FOLDER/sheets.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Chromium } from './chromium.mjs';

const [, , folder = 'target/screens', only = '', columns = '4'] = process.argv;
const [WIDTH, HEIGHT] = [1800, 1400];
const ROWS = 2;

const names = readdirSync(folder).filter((name) => name.endsWith('.png') && new RegExp(only).test(name)).sort();
const size = Number(columns) * ROWS;
mkdirSync(join(folder, 'sheets'), { recursive: true });
const chromium = await Chromium.start();
for (let i = 0; i < names.length; i += size) {
    const pictures = names.slice(i, i + size).map((name) => `<figure><img src="${pathToFileURL(resolve(folder, name))}"><figcaption>${name}</figcaption></figure>`);
    const sheet = join(folder, 'sheets', `sheet-${i / size + 1}`);
    writeFileSync(`${sheet}.html`, `<style>
        body { display: grid; grid-template: repeat(${ROWS}, ${HEIGHT / ROWS - 8}px) / repeat(${columns}, 1fr); gap: 6px; margin: 0; font: 12px system-ui; background: #888; }
        figure { margin: 0; display: grid; grid-template-rows: 1fr auto; min-height: 0; }
        img { width: 100%; height: 100%; object-fit: contain; object-position: top; min-height: 0; }
    </style>${pictures.join('')}`);
    const tab = await chromium.tab({ width: WIDTH, height: HEIGHT });
    await tab.open(pathToFileURL(resolve(`${sheet}.html`)).href);
    const { data } = await tab.send('Page.captureScreenshot');
    writeFileSync(`${sheet}.png`, Buffer.from(data, 'base64'));
    await tab.close();
    console.log(`${sheet}.png: ${names.slice(i, i + size).join(' ')}`);
}
await chromium.close();
