package dev.sluice.config.setting;

import dev.sluice.core.event.EventKey;

/// The rules for names of callers, roles and event keys.
public final class Names {
    /// The placeholder for the caller's name.
    public static final String SUB = "{sub}";

    private Names() {}

    /// Returns true if the text can be a name. The rules are those of event keys, because a caller's name may
    /// be used as one.
    public static boolean isName(String text) {
        try {
            EventKey.check(text);
            return true;
        } catch (IllegalArgumentException noName) {
            return false; // The core owns the rule; a copy here would diverge.
        }
    }

    /// Returns true if the text has braces only as `{sub}`. Others are typing errors, and would silently
    /// match nothing.
    public static boolean hasOnlySub(String text) {
        var rest = text.replace(SUB, "");
        return rest.indexOf('{') < 0 && rest.indexOf('}') < 0;
    }
}
