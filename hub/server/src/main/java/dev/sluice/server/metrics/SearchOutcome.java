package dev.sluice.server.metrics;

import java.util.Locale;

/// Why a search ended.
public enum SearchOutcome {
    /// It has examined everything in its range.
    ALL,
    /// It has found as many events as requested.
    LIMIT,
    /// It has examined as many events as one search may.
    LOOKED,
    /// Its client disconnected, read nothing for too long, or the hub stopped.
    LEFT,
    /// The grant of its caller ended.
    GRANT,
    /// The log failed.
    FAILED;

    /// The form used in responses and metrics.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
