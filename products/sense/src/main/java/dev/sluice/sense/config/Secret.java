package dev.sluice.sense.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Values that are written and never shown again.
public final class Secret {
    /// Stands for a value that is not shown. Written back, it leaves the value as it is.
    public static final String HIDDEN = "********";

    private Secret() {}

    /// The keys that say where a value is sent.
    private static final List<String> ADDRESSES = List.of("type", "url", "host", "port", "server", "from");

    /// Returns the new values, with those of the old ones that are only hidden in the new: but none if an address has
    /// changed, because a secret must not be sent where its owner did not want it.
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

    /// Reports secrets that are still hidden.
    static void rejectHidden(Map<String, Object> values, Set<String> secrets, Fields fields) {
        for (String key : secrets) {
            if (HIDDEN.equals(values.get(key)))
                fields.fault(key, "has to be given again, because the address has changed");
        }
    }
}
