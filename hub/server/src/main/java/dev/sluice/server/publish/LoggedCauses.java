package dev.sluice.server.publish;

import java.util.HashSet;
import java.util.Set;

/// The causes of failed appends that are in the log of the process: a log that fails does so for each publish,
/// thousands of times a second. May be used from any thread.
final class LoggedCauses {
    /// A cause may name a place, which differs each time.
    static final int MAX = 100;

    private final Set<String> causes = new HashSet<>();

    /// @return whether it is new, and has to be logged
    synchronized boolean add(Throwable cause) {
        return causes.size() < MAX && causes.add(cause.toString());
    }
}
