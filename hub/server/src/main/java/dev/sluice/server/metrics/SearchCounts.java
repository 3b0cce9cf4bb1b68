package dev.sluice.server.metrics;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Counts the searches since the start. May be used from any thread.
public final class SearchCounts {
    private final LongAdder events = new LongAdder();
    private final Map<SearchOutcome, LongAdder> outcomes = new EnumMap<>(SearchOutcome.class);

    public SearchCounts() {
        for (SearchOutcome each : SearchOutcome.values()) outcomes.put(each, new LongAdder());
    }

    /// Counts an event that a search has examined.
    public void looked() {
        events.increment();
    }

    @SuppressWarnings("NullAway") // The map has every outcome.
    public void ended(SearchOutcome outcome) {
        outcomes.get(outcome).increment();
    }

    /// Returns the number of events that searches have examined.
    public long events() {
        return events.sum();
    }

    /// Returns the number of searches that ended, by outcome.
    public Map<String, Long> outcomes() {
        Map<String, Long> all = new LinkedHashMap<>();
        outcomes.forEach((outcome, count) -> all.put(outcome.text(), count.sum()));
        return all;
    }
}
