package dev.sluice.sense.limit;

/// The limits of a Sense instance. If there are more runs, they are late, which Sense reports; everything
/// else above its limit is refused.
///
/// @param runs        concurrent runs of checks
/// @param definitions checks and notifiers together, from the file and from people
/// @param notifiers   notifiers, each of which has a thread
/// @param comments    comments on one incident
public record SenseLimits(int runs, int definitions, int notifiers, int comments) {
    /// The number of runs is enough for ten thousand checks with an interval of 10 s that take a second each.
    public static final SenseLimits DEFAULT = new SenseLimits(1_024, 20_000, 200, 1_000);

    public SenseLimits {
        if (runs < 1) throw new IllegalArgumentException("runs must be 1 or more, was " + runs);
    }
}
