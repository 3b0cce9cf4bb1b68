package dev.sluice.core.log;

import dev.sluice.core.budget.Budget;
import java.time.Duration;

/// The limits of a log, over all its channels: the options of every log, set by name with [#builder].
///
/// @param entriesMax  events and ends; the oldest are dropped first. A channel with one event takes about 700 bytes
/// @param bytesMax    bytes of entries, counting 256 for each plus its data; the oldest are dropped first
/// @param tailBytes   bytes of the newest entries kept in memory, counted likewise, if a backing keeps all of them
/// @param slackMax    entries by which a limit may be exceeded before entries are dropped, at most a tenth of the
///                    limit
/// @param trimMax     entries that one command drops because the whole log exceeds a limit, where each KiB of data
///                    counts as one more, but at least twice what the command adds. Further commands drop the rest
/// @param channelsMax channels that keep entries, about 1 kB each; a publish that would create one more is refused
///                    ([AppendResult.TooManyChannels])
/// @param marksMax    empty channels whose marks are kept, about 640 bytes each. Beyond that, a reader of any
///                    empty channel may receive a gap without cause
/// @param markAge     how long the mark of an empty channel is kept
/// @param keysMax     idempotency keys; fewer where they are longer than usual ([Budget#KEYS]). The oldest are
///                    dropped first
/// @param keyAge      how long an idempotency key is remembered
/// @param waitersMax  readers waiting for the head to reach their cursor
/// @param lookMax     entries that one read examines; it then returns how far it got
/// @param searchMax   entries that one search for a start examines before it is refused
public record LogLimits(
        long entriesMax,
        long bytesMax,
        long tailBytes,
        int slackMax,
        long trimMax,
        int channelsMax,
        int marksMax,
        Duration markAge,
        int keysMax,
        Duration keyAge,
        int waitersMax,
        int lookMax,
        int searchMax) {
    public LogLimits {
        if (entriesMax < 1 || bytesMax < 1 || channelsMax < 1 || marksMax < 0 || keysMax < 0 || waitersMax < 0) {
            throw new IllegalArgumentException("a limit is negative, or leaves no room for one event or channel");
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /// Collects limits. Those that are not set have a default, for a log in memory unless its builder says
    /// otherwise. For one thread.
    public static final class Builder {
        private long entriesMax = Long.MAX_VALUE;
        private long bytesMax = Long.MAX_VALUE;
        private long tailBytes = Long.MAX_VALUE;
        private int slackMax = 1_024; // Bounds a trim in memory, and so the wait of an append, to about a millisecond.
        private long trimMax = Long.MAX_VALUE;
        private int channelsMax = Budget.CHANNELS.count();
        private int marksMax = Budget.MARKS.count();
        private Duration markAge = Duration.ofDays(1);
        private int keysMax = Budget.KEYS.count();
        private Duration keyAge = Duration.ofMinutes(5);
        private int waitersMax = 1_000;
        private int lookMax = 4_096; // In memory some tens of microseconds.
        private int searchMax = 1_000_000; // In memory about a tenth of a second, on disk a few seconds.

        private Builder() {}

        /// Default: no limit.
        public Builder entriesMax(long max) {
            entriesMax = max;
            return this;
        }

        /// Default: no limit.
        public Builder bytesMax(long max) {
            bytesMax = max;
            return this;
        }

        /// Default: no limit.
        public Builder tailBytes(long max) {
            tailBytes = max;
            return this;
        }

        /// Default: 1,024.
        public Builder slackMax(int max) {
            slackMax = max;
            return this;
        }

        /// Default: no limit. Only a log that is opened with smaller limits than before needs one. It must be the
        /// same on all nodes of a cluster.
        public Builder trimMax(long max) {
            trimMax = max;
            return this;
        }

        /// Default: as many as fit into the heap ([Budget#CHANNELS]).
        public Builder channelsMax(int max) {
            channelsMax = max;
            return this;
        }

        /// Default: as many as fit into the heap ([Budget#MARKS]), at most a million, for a day.
        public Builder marks(int max, Duration age) {
            marksMax = max;
            markAge = age;
            return this;
        }

        /// Default: as many as fit into the heap ([Budget#KEYS]), at most a million.
        public Builder keysMax(int max) {
            keysMax = max;
            return this;
        }

        /// Default: five minutes.
        public Builder keyAge(Duration age) {
            keyAge = age;
            return this;
        }

        /// Default: 1,000.
        public Builder waitersMax(int max) {
            waitersMax = max;
            return this;
        }

        /// Default: 4,096.
        public Builder lookMax(int max) {
            lookMax = max;
            return this;
        }

        /// Default: a million.
        public Builder searchMax(int max) {
            searchMax = max;
            return this;
        }

        /// @throws IllegalArgumentException if a limit leaves no room for anything
        public LogLimits build() {
            return new LogLimits(
                    entriesMax,
                    bytesMax,
                    tailBytes,
                    slackMax,
                    trimMax,
                    channelsMax,
                    marksMax,
                    markAge,
                    keysMax,
                    keyAge,
                    waitersMax,
                    lookMax,
                    searchMax);
        }
    }
}
