package dev.sluice.core.index;

import dev.sluice.core.event.Event;
import dev.sluice.core.log.RetentionRules;
import java.util.Collection;
import java.util.List;

/// A backing of tests that look at entries only: deletions clear nothing, and nothing is erased or folded.
public abstract class EntriesBacking implements EntryStore {
    private long lastNumber;

    @Override
    public long nextChannelNumber() {
        return ++lastNumber;
    }

    @Override
    public void markDeleted(ChannelIndex channel, ChannelIndex successor, long timeMs) {}

    @Override
    public int clear(ChannelIndex channel, int max) {
        return 0;
    }

    @Override
    public void replace(ChannelIndex channel, List<Event> left) {}

    @Override
    public void record(RetentionRules rules) {}

    @Override
    public void fold(Collection<ChannelIndex> channels) {}
}
