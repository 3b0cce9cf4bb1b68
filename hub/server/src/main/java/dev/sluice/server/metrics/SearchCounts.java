package dev.sluice.server.metrics;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Counts what searches did since the start. May be used from any thread.
public final class SearchCounts {
    private final LongAdder events = new LongAdder();
    private final Map<SearchOutcome, LongAdder> outcomes = new EnumMap<>(SearchOutcome.class);

    public SearchCounts() {
        for (SearchOutcome each : SearchOutcome.values()) outcomes.put(each, new LongAdder());
    }

    /// Counts an event that a search has looked at.
    public void looked() {
        events.increment();
    }

    @SuppressWarnings("NullAway") // All outcomes are there.
    public void ended(SearchOutcome outcome) {
        outcomes.get(outcome).increment();
    }

    /// The events that searches have looked at.
    public long events() {
        return events.sum();
    }

    /// The searches that ended, by outcome.
    public Map<String, Long> outcomes() {
        Map<String, Long> all = new LinkedHashMap<>();
        outcomes.forEach((outcome, count) -> all.put(outcome.text(), count.sum()));
        return all;
    }
}
