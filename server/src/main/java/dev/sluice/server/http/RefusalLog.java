package dev.sluice.server.http;

import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Tells the operator what was refused at the door, each value once: a page that is refused asks again and again.
/// For all threads.
final class RefusalLog {
    private static final System.Logger LOG = System.getLogger(RefusalLog.class.getName());

    /// Values that are told. Whoever tries others fills no log with them, and no memory.
    static final int VALUES_MAX = 100;

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /// @param kind   what was refused, as `origin`
    /// @param value  comes from outside
    /// @param advice what to do if it was meant to come in
    void refused(String kind, String value, String advice) {
        String shown = Problems.quoted(value);
        if (told.size() >= VALUES_MAX || !told.add(kind + " " + shown)) return;
        LOG.log(Level.WARNING, "request refused " + kind + "=" + shown + " advice=\"" + advice + "\"");
    }
}
