// Values that survive a reload.

function within(storage) {
    return {
        get(name) {
            try {
                return storage().getItem(`sluice.chat.${name}`);
            } catch {
                return null; // If storage is disabled, nothing is kept.
            }
        },
        set(name, value) {
            try {
                storage().setItem(`sluice.chat.${name}`, value);
            } catch {
                // Storage is disabled or full.
            }
        },
    };
}

/** The storage of this tab, so that two tabs can be two users. */
export const ofTab = within(() => sessionStorage);

/** The storage of the browser, so that a new tab starts with the last user. */
export const ofBrowser = within(() => localStorage);
