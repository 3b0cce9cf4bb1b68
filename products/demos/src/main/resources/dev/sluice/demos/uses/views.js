// The views of all six uses, by name. Each has a function `show(element, sluice, options)`.
import { show as board } from './board.js';
import { show as logs } from './logs.js';
import { show as news } from './news.js';
import { show as quotes } from './quotes.js';
import { show as task } from './task.js';
import { show as wall } from './wall.js';

export const views = { quotes, wall, news, task, logs, board };
