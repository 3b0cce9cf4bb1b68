package dev.sluice.sense.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Values that can be written and are never shown again.
public final class Secret {
    /// The placeholder of a value that is not shown. When it is written back, the value stays unchanged.
    public static final String HIDDEN = "********";

    private Secret() {}

    /// The keys that determine where a value is sent.
    private static final List<String> ADDRESSES = List.of("type", "url", "host", "port", "server", "from");

    /// Returns the new values, with placeholders replaced by the old values. If an address has changed, no
    /// placeholder is replaced, because a secret must not be sent to an address that its owner did not
    /// choose.
    public static Map<String, Object> restored(
            Map<String, Object> given, Map<String, Object> old, Set<String> secrets) {
        Map<String, Object> all = new LinkedHashMap<>(given);
        for (String key : ADDRESSES) {
            Object now = given.get(key);
            if (!HIDDEN.equals(now) && !Objects.equals(now, old.get(key))) return all;
        }
        for (String key : secrets) {
            Object before = old.get(key);
            if (HIDDEN.equals(given.get(key)) && before != null) all.put(key, before);
        }
        return all;
    }

    /// Reports secrets that still have their placeholder.
    static void rejectHidden(Map<String, Object> values, Set<String> secrets, Fields fields) {
        for (String key : secrets) {
            if (HIDDEN.equals(values.get(key)))
                fields.fault(key, "must be entered again, because the address has changed");
        }
    }
}
