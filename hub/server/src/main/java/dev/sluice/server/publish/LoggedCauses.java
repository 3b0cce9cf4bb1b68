package dev.sluice.server.publish;

import java.util.HashSet;
import java.util.Set;

/// The causes of failed appends that have been logged: a broken event log fails for each publish, thousands of
/// times a second. May be used from any thread.
final class LoggedCauses {
    /// The maximum number of causes: a cause may contain a position, which differs each time.
    static final int MAX = 100;

    private final Set<String> causes = new HashSet<>();

    /// @return true if the cause is new and must be logged
    synchronized boolean add(Throwable cause) {
        return causes.size() < MAX && causes.add(cause.toString());
    }
}
