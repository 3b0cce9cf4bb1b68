package dev.sluice.core.memory;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.log.Retention;
import dev.sluice.core.store.Backing;
import dev.sluice.core.store.Epochs;
import dev.sluice.core.store.Limits;
import dev.sluice.core.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;

/// How a log in memory is to be.
public final class MemoryLogBuilder {
    /// So that no append waits long for a large trim: about a millisecond.
    private static final int SLACK_MAX = 1_024;

    /// Entries that one search for a beginning looks at: about a tenth of a second's work.
    private static final int SEARCHED_MAX = 1_000_000;

    private final InstantSource clock;
    private Function<ChannelName, Retention> retention = channel -> Retention.ALL;
    private long entriesMax = 1_000_000;
    private long bytesMax = Budget.EVENTS.limit();
    private int channelsMax = Budget.CHANNELS.count();
    private int marksMax = Budget.MARKS.count();
    private Duration markAge = Duration.ofDays(1);
    private int keysMax = Budget.KEYS.count();
    private int waitersMax = 1_000;
    private int lookMax = 4_096;
    private Epoch epoch;

    MemoryLogBuilder(InstantSource clock) {
        this.clock = clock;
        epoch = Epochs.draw();
    }

    /// The rule of each channel, asked for when the channel comes into being. Default: [Retention#ALL].
    public MemoryLogBuilder retention(Function<ChannelName, Retention> rules) {
        retention = rules;
        return this;
    }

    /// Events and ends of all channels together; the oldest go first. Default: a million; [#bytesMax] counts them too.
    public MemoryLogBuilder entriesMax(long max) {
        entriesMax = max;
        return this;
    }

    /// Bytes of all channels together, counting 256 for each entry besides its data; the oldest go first.
    /// Default: 512 MiB, or less where the heap is small ([Budget#EVENTS]).
    public MemoryLogBuilder bytesMax(long max) {
        bytesMax = max;
        return this;
    }

    /// Channels that keep something, about a kB each; a publish that would make one more is refused
    /// ([dev.sluice.core.log.Appended.TooManyChannels]). Default: as many as the heap has room for
    /// ([Budget#CHANNELS]).
    public MemoryLogBuilder channelsMax(int max) {
        channelsMax = max;
        return this;
    }

    /// For how many channels with nothing left, and how long, the log knows what they lost. Beyond, a reader of
    /// any channel with nothing left may be told of a gap that is none. Default: as many as the heap has room
    /// for ([Budget#MARKS]), at most a million, for a day.
    public MemoryLogBuilder marks(int max, Duration age) {
        marksMax = max;
        markAge = age;
        return this;
    }

    /// How many idempotency keys are remembered for five minutes, fewer where they are long; the oldest go first.
    /// Default: as many as the heap has room for ([Budget#KEYS]), at most a million.
    public MemoryLogBuilder keysMax(int max) {
        keysMax = max;
        return this;
    }

    /// How many readers may wait for a place ahead of the head. Default: 1,000.
    public MemoryLogBuilder waitersMax(int max) {
        waitersMax = max;
        return this;
    }

    /// How many entries one read looks at. Default: 4,096, some tens of microseconds.
    public MemoryLogBuilder lookMax(int max) {
        lookMax = max;
        return this;
    }

    /// This life's name. Default: six letters and digits drawn at random; a log that replays another's order
    /// takes its name.
    public MemoryLogBuilder epoch(Epoch name) {
        epoch = name;
        return this;
    }

    public MemoryLog open() {
        Limits limits = new Limits(
                entriesMax,
                bytesMax,
                Long.MAX_VALUE,
                SLACK_MAX,
                channelsMax,
                marksMax,
                markAge,
                keysMax,
                Duration.ofMinutes(5),
                waitersMax,
                lookMax,
                SEARCHED_MAX);
        return new MemoryLog(new Store(Epochs.of(epoch), limits, retention, Backing.NONE), clock);
    }
}
