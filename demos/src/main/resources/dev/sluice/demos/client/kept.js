// What outlasts a reload.

function within(storage) {
    return {
        get(name) {
            try {
                return storage().getItem(`sluice.chat.${name}`);
            } catch {
                return null; // Storage may be switched off: then nothing outlasts anything.
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

/** Of this tab, so that two tabs may be two people. */
export const ofTab = within(() => sessionStorage);

/** Of the browser: a new tab begins as who was here last. */
export const ofBrowser = within(() => localStorage);
