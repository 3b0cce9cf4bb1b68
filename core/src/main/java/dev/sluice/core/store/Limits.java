package dev.sluice.core.store;

import java.time.Duration;

/// How much a log holds, over all its channels.
///
/// @param entriesMax events and ends; the oldest go first. A channel with one event takes about 700 bytes
/// @param bytesMax   of entries, with 256 for each besides its data; the oldest go first
/// @param tailBytes  how much of that stays in memory where a backing keeps it too
/// @param slackMax   entries by which a limit may be exceeded before all that exceeds it goes, at most a tenth
/// @param channelsMax channels that keep something, about a kB each; a publish that would make one more is refused
/// @param marksMax   channels of which nothing is left but the memory that they lost something, about 640 bytes
///                   each
/// @param markAge    how long that memory lasts
/// @param keysMax    idempotency keys; fewer where they are longer than usual ([dev.sluice.core.budget.Budget#KEYS]).
///                   The oldest go first
/// @param keyAge     how long a key counts
/// @param waitersMax readers waiting for the head to reach their cursor
/// @param lookMax    entries that one read looks at; further on, it says how far it came
/// @param walkMax    entries that one search for a beginning looks at before it is given up
public record Limits(
        long entriesMax,
        long bytesMax,
        long tailBytes,
        int slackMax,
        int channelsMax,
        int marksMax,
        Duration markAge,
        int keysMax,
        Duration keyAge,
        int waitersMax,
        int lookMax,
        int walkMax) {
    public Limits {
        if (entriesMax < 1 || bytesMax < 1 || channelsMax < 1 || marksMax < 0 || keysMax < 0 || waitersMax < 0) {
            throw new IllegalArgumentException("a limit is negative, or leaves no room for one event or channel");
        }
    }
}
