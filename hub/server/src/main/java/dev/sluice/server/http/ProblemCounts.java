package dev.sluice.server.http;

import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts the refusals of a server by problem type. [Problems] lists all types. May be used from any thread.
public final class ProblemCounts implements ResponseListener {
    private static final String PREFIX = "/problems/";

    private final Map<String, LongAdder> byType = new ConcurrentHashMap<>();

    /// Every count starts at 0, because a rate also needs the count before the first refusal.
    public ProblemCounts() {
        for (Problems each : Problems.values()) byType.put(each.type(), new LongAdder());
    }

    @Override
    public void refused(Problem problem) {
        byType.computeIfAbsent(problem.type(), _ -> new LongAdder()).increment();
    }

    /// The counts by the last part of the type, such as `too-many`.
    public Map<String, Long> read() {
        Map<String, Long> counts = new TreeMap<>();
        byType.forEach((type, count) -> counts.put(type.replace(PREFIX, ""), count.sum()));
        return counts;
    }
}
