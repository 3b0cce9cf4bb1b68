package dev.sluice.server.http.policy;

import dev.sluice.core.encoding.LogField;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Logs requests refused by [OriginPolicy], each value once, because a refused page retries again and again. May be
/// used from any thread.
final class RefusalLog {
    private static final System.Logger LOG = System.getLogger(RefusalLog.class.getName());

    /// The maximum number of values of a kind that are logged. It keeps an attacker from filling the log and the
    /// memory; invented values of one kind do not silence the others.
    static final int VALUES_MAX = 100;

    private final Map<String, Set<String>> logged = new ConcurrentHashMap<>();

    /// @param kind   the kind of value that was refused, such as `origin`
    /// @param value  untrusted
    /// @param advice how to allow it
    void refused(String kind, String value, String advice) {
        String shown = LogField.quoted(value);
        Set<String> values = logged.computeIfAbsent(kind, _ -> ConcurrentHashMap.newKeySet());
        if (values.size() >= VALUES_MAX || !values.add(shown)) return;
        LOG.log(Level.WARNING, "request refused " + kind + "=" + shown + " advice=" + LogField.quoted(advice));
    }
}
