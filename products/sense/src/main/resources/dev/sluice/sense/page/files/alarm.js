// The alarm of the dashboard: what this browser does when an incident opens or closes. Each visitor can
// switch on a sound and a system notification, which are off by default; the browser remembers the choice.
import { find, put, words } from '../../page/program.js';
import { incidentPage } from './api.js';
import { isWarning } from './states.js';
import { expectation } from './strip.js';

const KEY = 'sluice.sense.alarm.';
const NOTES = { opened: [880, 660], closed: [660, 880] }; // Falling notes for down, rising notes for up.
const NOTE_S = 0.22;

const remembered = (what) => {
    try {
        return localStorage.getItem(KEY + what) === 'on';
    } catch {
        return false; // Storage may be disabled.
    }
};

function remember(what, isOn) {
    try {
        localStorage.setItem(KEY + what, isOn ? 'on' : 'off');
    } catch {
        // If storage is disabled, the choice applies to this visit only.
    }
}

/** Returns the visitor's permission for notifications. It is read each time, because it may change at any time. */
const permission = () => (window.isSecureContext && 'Notification' in window ? Notification.permission : 'denied');

export class Alarm {
    #isLoud = remembered('sound');
    #isNotifying = remembered('notification');
    #audio = null;
    #titleOf;

    /** @param titleOf returns the title of a check */
    constructor(titleOf) {
        this.#titleOf = titleOf;
        find('sound').addEventListener('click', () => this.#switchSound());
        find('notifications').addEventListener('click', () => this.#switchNotifications());
        this.draw();
    }

    async #switchSound() {
        // Browsers play no sound on a page before the first click, so that click only enables the sound.
        const isBlocked = this.#isLoud && !this.#isAudible();
        if (!isBlocked) this.#isLoud = !this.#isLoud;
        remember('sound', this.#isLoud);
        if (this.#isLoud) {
            this.#audio ??= new AudioContext();
            await this.#audio.resume();
            this.#play('closed');
        }
        this.draw();
    }

    async #switchNotifications() {
        if (!this.#isNotifying && permission() === 'default') await Notification.requestPermission();
        this.#isNotifying = !this.#isNotifying && permission() === 'granted';
        remember('notification', this.#isNotifying);
        this.draw();
    }

    #isAudible() {
        return this.#audio?.state === 'running';
    }

    /** @param event an event of `sense/alerts` */
    take({ type, data }) {
        if (!(type in NOTES)) return;
        if (this.#isLoud && this.#isAudible()) this.#play(type);
        if (this.#isNotifying && permission() === 'granted') this.#notify(type, data);
    }

    #play(kind) {
        NOTES[kind].forEach((hertz, i) => {
            const at = this.#audio.currentTime + i * NOTE_S;
            const tone = new OscillatorNode(this.#audio, { frequency: hertz });
            const volume = new GainNode(this.#audio, { gain: 0.2 });
            volume.gain.setTargetAtTime(0, at + NOTE_S / 2, NOTE_S / 8); // Fades out, so that there is no click at the end.
            tone.connect(volume).connect(this.#audio.destination);
            tone.start(at);
            tone.stop(at + NOTE_S);
        });
    }

    /** Shows a notification once per incident, however many tabs are open. */
    #notify(kind, incident) {
        const { id, check } = incident;
        const isOpening = kind === 'opened';
        const title = this.#titleOf(check);
        const text = isWarning(incident)
            ? words('sense.check.head', { title, state: words(isOpening ? 'sense.is.warning' : 'sense.is.up') })
            : words(isOpening ? 'sense.alarm.opened' : 'sense.alarm.closed', { check: title });
        const body = isOpening ? expectation(incident) : '';
        const shown = new Notification(text, { body, tag: `sense-${id}-${kind}`, requireInteraction: isOpening });
        shown.addEventListener('click', () => {
            focus();
            location.assign(incidentPage(id));
        });
    }

    draw() {
        find('sound').ariaPressed = this.#isLoud;
        put(find('sound'), this.#isLoud && !this.#isAudible() ? 'sense.alarm.sound.blocked' : 'sense.alarm.sound');
        const isOn = this.#isNotifying && permission() === 'granted';
        find('notifications').ariaPressed = isOn;
        put(find('notifications'), permission() === 'denied' ? 'sense.alarm.notifications.denied' : 'sense.alarm.notifications');
    }
}
