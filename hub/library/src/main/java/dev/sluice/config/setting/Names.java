package dev.sluice.config.setting;

import dev.sluice.core.event.EventKey;

/// Texts that name a caller, a role or an event's key.
public final class Names {
    /// Stands for the caller's name.
    public static final String SUB = "{sub}";

    private Names() {}

    /// Whether the text can be a name: the rules are those of event keys, because a caller's name may be one.
    public static boolean isName(String text) {
        try {
            EventKey.check(text);
            return true;
        } catch (IllegalArgumentException noName) {
            return false; // The core owns the rule; a copy here would diverge.
        }
    }

    /// Whether braces are in the text only as `{sub}`. Others are mistyped: they would silently match nothing.
    public static boolean hasOnlySub(String text) {
        var rest = text.replace(SUB, "");
        return rest.indexOf('{') < 0 && rest.indexOf('}') < 0;
    }
}
