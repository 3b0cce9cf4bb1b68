package dev.sluice.app.chaos;

import dev.sluice.app.chaos.Publish.Answer;
import dev.sluice.app.chaos.Publish.Condition;
import dev.sluice.app.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares the recorded actions and observations of a channel's clients with the channel's log, by rules
/// that do not depend on nodes, Raft or transports. An event is identified by its value, which only one
/// publish has.
///
/// In a channel in which some publishes have a condition, all must have one: otherwise a publish without an answer
/// could stand between two others.
final class HistoryChecker {
    private final List<Entry> log;
    private final List<Publish> publishes;
    private final Map<String, Publish> byValue = new HashMap<>();
    private final Map<String, Integer> placeById = new HashMap<>();
    private final Map<String, Integer> placeByValue = new HashMap<>();
    private final List<Violation> violations = new ArrayList<>();

    private HistoryChecker(List<Publish> publishes, List<Entry> log) {
        this.publishes = publishes;
        this.log = log;
        for (Publish each : publishes) {
            if (byValue.put(each.value(), each) != null)
                throw new IllegalArgumentException("two publishes have the value '" + each.value() + "'");
        }
        for (int i = 0; i < log.size(); i++) {
            placeById.put(log.get(i).id(), i);
            placeByValue.putIfAbsent(log.get(i).value(), i);
        }
    }

    /// @param publishes the publishes of each connection in the order in which they were sent
    /// @param logs      the channel's log on each node, from the first event
    /// @return the violations; empty if there is none
    static List<Violation> check(List<Publish> publishes, List<List<Entry>> logs, List<Reading> readings) {
        HistoryChecker checker = new HistoryChecker(publishes, logs.getFirst());
        checker.checkNodes(logs);
        checker.checkEntries();
        checker.checkAnswers();
        checker.checkConnections();
        checker.checkTime();
        checker.checkConditions();
        readings.forEach(checker::checkReading);
        return List.copyOf(checker.violations);
    }

    private void add(Kind kind, String detail) {
        violations.add(new Violation(kind, detail));
    }

    private void checkNodes(List<List<Entry>> logs) {
        for (int node = 1; node < logs.size(); node++) {
            List<Entry> other = logs.get(node);
            if (other.equals(log)) continue;
            int same = 0;
            while (same < Math.min(log.size(), other.size()) && log.get(same).equals(other.get(same))) same++;
            add(
                    Kind.NODES_DIFFER,
                    "node 0 has %d events, node %d has %d; the first %d are the same"
                            .formatted(log.size(), node, other.size(), same));
        }
    }

    /// Each event in the log is that of one publish.
    private void checkEntries() {
        Set<String> values = new HashSet<>();
        for (Entry each : log) {
            Publish publish = byValue.get(each.value());
            if (publish == null) add(Kind.NEVER_PUBLISHED, each.toString());
            else if (publish.answer() instanceof Answer.Refused) add(Kind.REFUSED_BUT_PLACED, each + ", " + publish);
            if (!values.add(each.value())) add(Kind.REPEATED, each.toString());
        }
    }

    private void checkAnswers() {
        for (Publish each : publishes) {
            if (!(each.answer() instanceof Answer.Acknowledged(String id))) continue;
            Integer place = placeByValue.get(each.value());
            if (place == null) add(Kind.LOST, each.toString());
            else if (!log.get(place).id().equals(id)) add(Kind.OTHER_ID, log.get(place) + ", " + each);
        }
    }

    private void checkConnections() {
        Map<String, Publish> last = new HashMap<>();
        Map<String, Integer> lastPlace = new HashMap<>();
        for (Publish each : publishes) {
            Integer place = placeByValue.get(each.value());
            if (place == null) continue;
            Integer before = lastPlace.put(each.connection(), place);
            Publish earlier = last.put(each.connection(), each);
            if (before != null && before > place) add(Kind.CONNECTION_OUT_OF_ORDER, earlier + ", then " + each);
        }
    }

    /// Acknowledged publishes come before those that any client sent afterwards (linearizability of the order).
    private void checkTime() {
        @Nullable Publish lastSent = null;
        for (Entry entry : log) {
            Publish each = byValue.get(entry.value());
            if (each == null) continue;
            if (lastSent != null && each.answer() instanceof Answer.Acknowledged && each.endedNs() < lastSent.beganNs())
                add(Kind.PLACED_BEFORE_AN_ACKNOWLEDGED_ONE, lastSent + " before " + each);
            if (lastSent == null || each.beganNs() > lastSent.beganNs()) lastSent = each;
        }
    }

    private void checkConditions() {
        for (Publish each : publishes) {
            Condition condition = each.condition();
            if (condition == null) continue;
            Integer place = placeByValue.get(each.value());
            if (place != null) {
                String before = idAt(place - 1);
                if (!Objects.equals(before, condition.newest()))
                    add(Kind.CONDITION_DID_NOT_HOLD, each + " follows " + before);
            } else if (each.answer() instanceof Answer.Refused && heldThroughout(each, condition)) {
                add(Kind.CONDITION_HELD_BUT_REFUSED, each.toString());
            }
        }
    }

    /// Returns true if the event that a publish named was certainly the newest from the publish's beginning
    /// to its end.
    private boolean heldThroughout(Publish publish, Condition condition) {
        int place = -1;
        if (condition.newest() != null) {
            Integer named = placeById.get(condition.newest());
            if (named == null) return false;
            place = named; // It existed at the beginning, as its id was known.
        }
        if (place + 1 >= log.size()) return true;
        Publish next = byValue.get(log.get(place + 1).value());
        return next != null && next.beganNs() > publish.endedNs();
    }

    private @Nullable String idAt(int place) {
        return place < 0 ? null : log.get(place).id();
    }

    /// A subscriber gets all events of the log after its cursor, each once, up to the last one that it
    /// received.
    private void checkReading(Reading reading) {
        Integer after = reading.after() == null ? Integer.valueOf(-1) : placeById.get(reading.after());
        if (after == null) {
            add(Kind.SEEN_BUT_NOT_IN_LOG, reading.subscriber() + " began after " + reading.after());
            return;
        }
        int next = after + 1;
        for (Entry each : reading.seen()) {
            Integer place = placeById.get(each.id());
            if (place == null || !log.get(place).equals(each)) {
                add(Kind.SEEN_BUT_NOT_IN_LOG, reading.subscriber() + " got " + each);
                continue;
            }
            if (place > next) add(Kind.NOT_SEEN, reading.subscriber() + " got " + each + ", but not " + log.get(next));
            if (place < next) add(Kind.SEEN_AGAIN, reading.subscriber() + " got " + each);
            else next = place + 1;
        }
    }
}
