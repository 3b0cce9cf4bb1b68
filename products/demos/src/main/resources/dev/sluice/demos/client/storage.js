// Values that survive a reload.

function within(storage) {
    return {
        get(name) {
            try {
                return storage().getItem(`sluice.chat.${name}`);
            } catch {
                return null; // Storage may be disabled: then nothing is kept.
            }
        },
        set(name, value) {
            try {
                storage().setItem(`sluice.chat.${name}`, value);
            } catch {
                // As above, or it is full.
            }
        },
    };
}

/** The storage of this tab, so that two tabs may be two users. */
export const ofTab = within(() => sessionStorage);

/** The storage of the browser: a new tab begins with the last user. */
export const ofBrowser = within(() => localStorage);
