// Takes pictures of pages on all screens: sizes, light and dark, both languages.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chromium } from './chromium.mjs';

export const SIZES = { 1440: [1440, 900], 1024: [1024, 768], 390: [390, 844], 2560: [2560, 1440] };
/** Screens on walls, and a phone. */
export const WALLS = { 1920: [1920, 1080], 3840: [3840, 2160], 390: [390, 844] };
export const LANGUAGES = { en: 'en-US', zh: 'zh-CN' };
export const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** A camera that leaves the pictures in a folder whose names match the pattern. @param flags of Chromium */
export async function camera(folder, only, flags = []) {
    mkdirSync(folder, { recursive: true });
    const chromium = await Chromium.start('en-US', flags);
    const wants = (file) => new RegExp(only).test(file);

    async function picture(tab, file) {
        const { data } = await tab.send('Page.captureScreenshot');
        writeFileSync(join(folder, file), Buffer.from(data, 'base64'));
        const beyond = await tab.run('document.documentElement.scrollWidth - document.documentElement.clientWidth');
        console.log(beyond > 0 ? `${file}: ${beyond} px beyond the edge` : file);
        await tab.close();
    }

    /** Takes a page on all screens. @param before called with each tab when the page is ready, for what a visitor does */
    async function take(name, address, ready, before = async () => {}, sizes = SIZES) {
        for (const [language, tag] of Object.entries(LANGUAGES)) {
            for (const scheme of ['light', 'dark']) {
                for (const [size, [width, height]] of Object.entries(sizes)) {
                    const file = `${name}-${size}-${scheme}-${language}.png`;
                    if (!wants(file)) continue;
                    const tab = await chromium.tab({ width, height, scheme, language: tag });
                    await tab.open(address);
                    await tab.until(ready);
                    await before(tab);
                    await wait(1.5);
                    await picture(tab, file);
                }
            }
        }
    }

    /** Prints a page, of visitors with either scheme, to a file of its own. */
    async function print(name, address, ready) {
        for (const [language, tag] of Object.entries(LANGUAGES)) {
            for (const scheme of ['light', 'dark']) {
                const file = `${name}-print-${scheme}-${language}.pdf`;
                if (!wants(file)) continue;
                const [width, height] = SIZES[1440];
                const tab = await chromium.tab({ width, height, scheme, language: tag });
                await tab.open(address);
                await tab.until(ready);
                await wait(4);
                const { data } = await tab.send('Page.printToPDF', { printBackground: true });
                writeFileSync(join(folder, file), Buffer.from(data, 'base64'));
                console.log(file);
                await tab.close();
            }
        }
    }
    return { wants, picture, take, print, tab: (screen) => chromium.tab(screen), close: () => chromium.close() };
}
