package dev.sluice.server.search;

import dev.sluice.core.event.Event;
import dev.sluice.server.json.Timestamp;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/// Counts events by their time, in equal steps, and by their type.
final class TimeBuckets {
    /// The maximum number of types counted separately, each with a count for each step.
    static final int TYPES_MAX = 32;

    /// The maximum number of types in a response: the most frequent ones.
    static final int TYPES_SHOWN = 8;

    private final long sinceMs;
    private final long untilMs;
    private final long[] counts;
    private final Map<String, long[]> types = new LinkedHashMap<>();

    /// @param untilMs the end, exclusive
    TimeBuckets(long sinceMs, long untilMs, int count) {
        this.sinceMs = sinceMs;
        this.untilMs = Math.max(sinceMs + 1, untilMs);
        this.counts = new long[count];
    }

    /// Counts an event. Events outside the range count in the first or the last step.
    void add(Event event) {
        double part = (double) (event.timeMs() - sinceMs) / (untilMs - sinceMs);
        int step = Math.clamp((long) (part * counts.length), 0, counts.length - 1);
        counts[step]++;
        long[] ofType = types.get(event.type());
        if (ofType == null && types.size() < TYPES_MAX) {
            ofType = new long[counts.length];
            types.put(event.type(), ofType);
        }
        if (ofType != null) ofType[step]++;
    }

    /// `"histogram":{"since":…,"until":…,"counts":[…],"types":{"TYPE":[…]}}`
    void write(JsonGenerator json) {
        json.writeObjectPropertyStart("histogram");
        json.writeStringProperty("since", Timestamp.of(sinceMs));
        json.writeStringProperty("until", Timestamp.of(untilMs));
        write(json, "counts", counts);
        json.writeObjectPropertyStart("types");
        frequentTypes().forEach(each -> write(json, each.getKey(), each.getValue()));
        json.writeEndObject();
        json.writeEndObject();
    }

    private List<Map.Entry<String, long[]>> frequentTypes() {
        return types.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, long[]> each) ->
                                Arrays.stream(each.getValue()).sum())
                        .reversed())
                .limit(TYPES_SHOWN)
                .toList();
    }

    private static void write(JsonGenerator json, String name, long[] counts) {
        json.writeArrayPropertyStart(name);
        for (long count : counts) json.writeNumber(count);
        json.writeEndArray();
    }
}
