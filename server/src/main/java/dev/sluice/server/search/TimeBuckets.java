package dev.sluice.server.search;

import dev.sluice.server.json.Timestamp;
import tools.jackson.core.JsonGenerator;

/// Counts events by their time, in equal steps.
final class TimeBuckets {
    private final long sinceMs;
    private final long untilMs;
    private final long[] counts;

    /// @param untilMs the first millisecond that is not counted
    TimeBuckets(long sinceMs, long untilMs, int count) {
        this.sinceMs = sinceMs;
        this.untilMs = Math.max(sinceMs + 1, untilMs);
        this.counts = new long[count];
    }

    /// Events outside count in the first or last step.
    void add(long timeMs) {
        double part = (double) (timeMs - sinceMs) / (untilMs - sinceMs);
        counts[Math.clamp((long) (part * counts.length), 0, counts.length - 1)]++;
    }

    /// `"histogram":{"since":…,"until":…,"counts":[…]}`
    void write(JsonGenerator json) {
        json.writeObjectPropertyStart("histogram");
        json.writeStringProperty("since", Timestamp.of(sinceMs));
        json.writeStringProperty("until", Timestamp.of(untilMs));
        json.writeArrayPropertyStart("counts");
        for (long count : counts) json.writeNumber(count);
        json.writeEndArray();
        json.writeEndObject();
    }
}
