package dev.sluice.sense.monitor;

import dev.sluice.sense.monitor.IncidentRecorder.Entry;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Entries that can't be recorded although the database works. Each is kept with all later entries of its
/// check in order, because the end of an incident must not be recorded before its beginning. Called by one
/// thread at a time.
final class Quarantine {
    /// The maximum number of entries per check: one that alternates for weeks must not fill the memory.
    static final int ENTRIES_MAX = 10;

    private static final class Line {
        final ArrayDeque<Entry> entries = new ArrayDeque<>();
        String reason = "";
    }

    private final Map<String, Line> lines =
            new LinkedHashMap<>(); // Ordered by the last attempt, the longest ago first.
    private int size;
    private long dropped;

    /// Returns true if entries of a check are here, so that later ones must be queued behind them.
    boolean holds(String check) {
        return lines.containsKey(check);
    }

    /// Returns true if the end of an incident of a check is here.
    boolean isClosing(String check) {
        Line line = lines.get(check);
        return line != null && line.entries.stream().anyMatch(Entry.Closing.class::isInstance);
    }

    /// Adds the newest entry of a check. Above [#ENTRIES_MAX], the oldest incident that has ended is dropped.
    ///
    /// @return true if one was dropped
    boolean add(Entry entry) {
        Line line = lines.computeIfAbsent(entry.check(), _ -> new Line());
        line.entries.addLast(entry);
        size++;
        return line.entries.size() > ENTRIES_MAX && leaveOut(line.entries);
    }

    private boolean leaveOut(ArrayDeque<Entry> entries) {
        Entry opening = null;
        for (Entry entry : entries) {
            if (entry instanceof Entry.Opening) {
                opening = entry;
            } else if (opening != null) {
                entries.remove(opening);
                entries.remove(entry);
                size -= 2;
                dropped++;
                return true;
            }
        }
        return false;
    }

    /// Returns the first entries of the checks whose last attempt is longest ago.
    List<Entry> next(int max) {
        return lines.values().stream()
                .limit(max)
                .map(line -> line.entries.getFirst())
                .toList();
    }

    /// Removes a recorded entry; the entries behind it are the next of their check.
    void recorded(Entry entry) {
        Line line = line(entry);
        if (line.entries.remove(entry)) size--;
        if (line.entries.isEmpty()) lines.remove(entry.check());
    }

    /// Records why an entry could not be recorded.
    void failed(Entry entry, String reason) {
        Line line = line(entry);
        line.reason = reason;
        lines.remove(entry.check());
        lines.put(entry.check(), line);
    }

    private Line line(Entry entry) {
        return Objects.requireNonNull(lines.get(entry.check()));
    }

    int size() {
        return size;
    }

    /// Returns the number of dropped incidents.
    long dropped() {
        return dropped;
    }

    /// Returns a short description of what can't be recorded and why; empty if there is nothing.
    String problem() {
        Iterator<Map.Entry<String, Line>> checks = lines.entrySet().iterator();
        Map.@Nullable Entry<String, Line> first = checks.hasNext() ? checks.next() : null;
        if (first == null) return "";
        String others = lines.size() == 1 ? "" : " and " + (lines.size() - 1) + " more";
        return "incidents of '" + first.getKey() + "'" + others + ": " + first.getValue().reason;
    }
}
