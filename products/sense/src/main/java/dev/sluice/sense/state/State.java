package dev.sluice.sense.state;

import java.util.Locale;

/// The state of a check, the most important last but for the two that people choose.
public enum State {
    /// There is no outcome yet, or outcomes say nothing.
    UNKNOWN,
    UP,
    /// Up, but slower than the check allows.
    SLOW,
    /// Up, with a confirmed failure that is no outage.
    WARNING,
    /// Failed, and being confirmed by quicker repeats.
    FAILING,
    /// The failure is confirmed.
    DOWN,
    /// Not run, because somebody said so.
    PAUSED,
    /// Within a planned window: runs, but its outcomes do not count.
    MAINTENANCE;

    /// Returns its name in JSON and pages.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns whether the target answers as it should.
    public boolean isUp() {
        return this == UP || this == SLOW || this == WARNING;
    }
}
