package dev.sluice.sense.uptime;

import java.util.Locale;

/// A column of a roll-up in the database. Each is a sum, so that hours add up to days.
enum RollupColumn {
    /// Milliseconds.
    UP_MS,
    DOWN_MS,
    MAINTENANCE_MS,
    /// Outcomes: each counts once.
    PASSED,
    SLOW,
    FAILED,
    UNCLEAR,
    /// All checks, with any outcome.
    IN_MAINTENANCE;

    /// Returns its name in the database.
    String column() {
        return name().toLowerCase(Locale.ROOT);
    }
}
