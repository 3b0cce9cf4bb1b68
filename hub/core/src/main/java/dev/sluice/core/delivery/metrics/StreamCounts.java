package dev.sluice.core.delivery.metrics;

import dev.sluice.core.delivery.stream.StreamKind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// The streams of all event loops by kind and transport. Counted when streams come and go, never per event. May be used
/// from any thread.
public final class StreamCounts {
    private record Group(StreamKind kind, String transport) {}

    private record Count(LongAdder opened, LongAdder ended) {
        Count() {
            this(new LongAdder(), new LongAdder());
        }
    }

    private final Map<Group, Count> groups = new ConcurrentHashMap<>();

    public StreamCounts() {}

    public void opened(StreamKind kind, String transport) {
        count(kind, transport).opened.increment();
    }

    public void ended(StreamKind kind, String transport) {
        count(kind, transport).ended.increment();
    }

    private Count count(StreamKind kind, String transport) {
        return groups.computeIfAbsent(new Group(kind, transport), _ -> new Count());
    }

    public List<StreamCount> read() {
        return groups.entrySet().stream()
                .map(each -> read(each.getKey(), each.getValue()))
                .toList();
    }

    private static StreamCount read(Group group, Count count) {
        long ended = count.ended.sum(); // First: a stream that opens and ends in between must not count as -1.
        long opened = count.opened.sum();
        return new StreamCount(group.kind, group.transport, opened, opened - ended);
    }
}
