package dev.sluice.core.memory;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.index.EntryStore;
import dev.sluice.core.index.Epochs;
import dev.sluice.core.index.Index;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.sequencer.Sequencer;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Function;

/// Options of a log in memory.
public final class MemoryLogBuilder {
    private final InstantSource clock;
    private final LogLimits.Builder limits =
            LogLimits.builder().entriesMax(1_000_000).bytesMax(Budget.EVENTS.limit());
    private Function<ChannelName, Retention> retention = channel -> Retention.ALL;
    private Epoch epoch;

    MemoryLogBuilder(InstantSource clock) {
        this.clock = clock;
        epoch = Epochs.draw();
    }

    /// The retention rule of each channel, called when the channel is created; [RetentionRules] can be
    /// replaced later. Default: [Retention#ALL].
    public MemoryLogBuilder retention(Function<ChannelName, Retention> rules) {
        retention = rules;
        return this;
    }

    /// Changes limits. Default: those of [LogLimits.Builder], a million entries, and 512 MiB, or less if the heap is
    /// small ([Budget#EVENTS]).
    public MemoryLogBuilder limits(Consumer<LogLimits.Builder> change) {
        change.accept(limits);
        return this;
    }

    /// The epoch. Default: six random letters and digits. A log that replays the order of another uses its epoch.
    public MemoryLogBuilder epoch(Epoch name) {
        epoch = name;
        return this;
    }

    /// @throws IllegalArgumentException if a limit leaves no room for anything
    public MemoryLog open() {
        LogLimits all = limits.build();
        Index index = new Index(Epochs.of(epoch), all, EntryStore.NONE);
        return new MemoryLog(
                index,
                new Sequencer(index, all, Sequencer.ofAllChannels(retention)),
                clock,
                retention instanceof RetentionRules rules ? rules : null);
    }
}
