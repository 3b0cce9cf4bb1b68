// What the operating system tells about a process.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Resident memory of a process and its children. */
export function rss(pid) {
    const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number));
    return table.reduce((sum, [id, parent, kib]) => sum + (id === pid || parent === pid ? kib * 1024 : 0), 0);
}

/** Ticks of 10 ms that a process has used of the processors. */
export function processorTicks(pid) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return Number(fields[11]) + Number(fields[12]);
}
