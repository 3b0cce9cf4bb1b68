package dev.sluice.sense.uptime;

import java.util.Locale;

/// A column of a roll-up in the database. All are sums, so hours add up to days.
enum RollupColumn {
    /// In milliseconds.
    UP_MS,
    DOWN_MS,
    MAINTENANCE_MS,
    /// Numbers of outcomes: each outcome counts in exactly one column.
    PASSED,
    SLOW,
    FAILED,
    UNCLEAR,
    /// All outcomes during maintenance.
    IN_MAINTENANCE;

    /// Returns the name in the database.
    String column() {
        return name().toLowerCase(Locale.ROOT);
    }
}
