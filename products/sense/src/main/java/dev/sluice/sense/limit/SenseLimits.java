package dev.sluice.sense.limit;

/// The limits of one Sense. Beyond them, runs are late, which Sense shows, and everything else is refused.
///
/// @param runs        checks that run at once
/// @param definitions checks and notifiers together, of the file and of people
/// @param notifiers   notifiers among them: each has a thread
/// @param comments    comments of one incident
public record SenseLimits(int runs, int definitions, int notifiers, int comments) {
    /// Runs are enough for ten thousand checks at 10 s that take a second each.
    public static final SenseLimits DEFAULT = new SenseLimits(1_024, 20_000, 200, 1_000);

    public SenseLimits {
        if (runs < 1) throw new IllegalArgumentException("runs must be 1 or more, was " + runs);
    }
}
