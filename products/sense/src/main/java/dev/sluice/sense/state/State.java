package dev.sluice.sense.state;

import java.util.Locale;

/// The state of a check, in order of increasing importance except for the last two, which people choose.
public enum State {
    /// There is no outcome yet, or outcomes are unclear.
    UNKNOWN,
    UP,
    /// Up, but slower than the check allows.
    SLOW,
    /// Up, with a confirmed failure that is not an outage.
    WARNING,
    /// Failed; the failure is being confirmed by more frequent runs.
    FAILING,
    /// The failure is confirmed.
    DOWN,
    /// Not run, because a person paused it.
    PAUSED,
    /// In a planned window: the check runs, but its outcomes do not count.
    MAINTENANCE;

    /// Returns the name in JSON and pages.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns true if the target answers correctly.
    public boolean isUp() {
        return this == UP || this == SLOW || this == WARNING;
    }
}
