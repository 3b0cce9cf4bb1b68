package dev.sluice.core.history;

import dev.sluice.core.event.Event;
import dev.sluice.core.history.Publish.Answer;
import dev.sluice.core.history.Publish.Condition;
import dev.sluice.core.history.Violation.Kind;
import dev.sluice.core.log.Contents;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Compares what clients of one channel did with the channel's log, by rules that do not depend on Raft or transports;
/// [ReaderChecker] does so with what they received. An event is identified by its value, which only one publish has.
///
/// In a channel in which some publishes have a condition, all must have one: otherwise a publish without an answer
/// could stand between two others.
public final class HistoryChecker {
    private final List<Event> log;
    private final List<Publish> publishes;
    private final Map<String, Publish> byValue = new HashMap<>();
    private final Map<String, Integer> placeById = new HashMap<>();
    private final Map<String, Integer> placeByValue = new HashMap<>();
    private final List<Violation> violations = new ArrayList<>();

    private HistoryChecker(List<Publish> publishes, List<Event> log) {
        this.publishes = publishes;
        this.log = log;
        for (Publish each : publishes) {
            if (byValue.put(each.value(), each) != null)
                throw new IllegalArgumentException("two publishes have the value '" + each.value() + "'");
        }
        for (int i = 0; i < log.size(); i++) {
            placeById.put(log.get(i).id().text(), i);
            placeByValue.putIfAbsent(Contents.data(log.get(i)), i);
        }
    }

    /// @param publishes the publishes of each connection in the order in which they were sent
    /// @param log       from the first event
    /// @return the violations; empty if there is none
    public static List<Violation> check(List<Publish> publishes, List<Event> log) {
        HistoryChecker checker = new HistoryChecker(publishes, log);
        checker.checkEntries();
        checker.checkAnswers();
        checker.checkConnections();
        checker.checkTime();
        checker.checkConditions();
        return List.copyOf(checker.violations);
    }

    /// Checks that all nodes have the same.
    ///
    /// @param nodes a list of each node, such as its log
    public static List<Violation> checkNodes(List<? extends Collection<?>> nodes) {
        List<Violation> violations = new ArrayList<>();
        List<?> first = List.copyOf(nodes.getFirst());
        for (int node = 1; node < nodes.size(); node++) {
            List<?> other = List.copyOf(nodes.get(node));
            if (other.equals(first)) continue;
            int same = 0;
            while (same < Math.min(first.size(), other.size())
                    && first.get(same).equals(other.get(same))) same++;
            String detail = "node 0 has %d, node %d has %d; the first %d are the same"
                    .formatted(first.size(), node, other.size(), same);
            violations.add(new Violation(Kind.NODES_DIFFER, detail));
        }
        return violations;
    }

    /// Checks that what clients deleted is on no node, once no attempt to publish is in flight.
    ///
    /// @param deleted for each value that was acknowledged, and whose deletion was acknowledged after that: how
    /// @param logs    the events of all the channels on each node
    public static List<Violation> checkDeletions(Map<String, String> deleted, List<List<Event>> logs) {
        List<Violation> violations = new ArrayList<>();
        for (int node = 0; node < logs.size(); node++) {
            for (Event each : logs.get(node)) {
                String how = deleted.get(Contents.data(each));
                if (how != null)
                    violations.add(
                            new Violation(Kind.DELETED_BUT_THERE, "node " + node + " has " + each + " after " + how));
            }
        }
        return violations;
    }

    /// Compares the members of a channel, as each node lists them, with the clients that are connected.
    ///
    /// @param connected the clients that have a connection, to whichever node
    /// @param lists     the members on each node
    public static List<Violation> checkPresence(Set<String> connected, List<Set<String>> lists) {
        List<Violation> violations = new ArrayList<>();
        for (int node = 0; node < lists.size(); node++) {
            Set<String> extra = new TreeSet<>(lists.get(node));
            extra.removeAll(connected);
            if (!extra.isEmpty())
                violations.add(new Violation(Kind.PRESENT_WITHOUT_CONNECTION, "node " + node + " lists " + extra));
            Set<String> missing = new TreeSet<>(connected);
            missing.removeAll(lists.get(node));
            if (!missing.isEmpty())
                violations.add(new Violation(Kind.CONNECTED_BUT_ABSENT, "node " + node + " lacks " + missing));
        }
        violations.addAll(checkNodes(lists.stream().map(TreeSet::new).toList()));
        return violations;
    }

    private void add(Kind kind, String detail) {
        violations.add(new Violation(kind, detail));
    }

    /// Each event in the log is that of one publish.
    private void checkEntries() {
        Set<String> values = new HashSet<>();
        for (Event each : log) {
            String value = Contents.data(each);
            Publish publish = byValue.get(value);
            if (publish == null) add(Kind.NEVER_PUBLISHED, each + " '" + value + "'");
            else if (publish.answer() instanceof Answer.Refused) add(Kind.REFUSED_BUT_PLACED, each + ", " + publish);
            if (!values.add(value)) add(Kind.REPEATED, each + " '" + value + "'");
        }
    }

    private void checkAnswers() {
        for (Publish each : publishes) {
            if (!(each.answer() instanceof Answer.Acknowledged(String id))) continue;
            Integer place = placeByValue.get(each.value());
            if (place == null) add(Kind.LOST, each.toString());
            else if (!id.equals(idAt(place))) add(Kind.OTHER_ID, log.get(place) + ", " + each);
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
        for (Event event : log) {
            Publish each = byValue.get(Contents.data(event));
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
        Publish next = byValue.get(Contents.data(log.get(place + 1)));
        return next != null && next.beganNs() > publish.endedNs();
    }

    private @Nullable String idAt(int place) {
        return place < 0 ? null : log.get(place).id().text();
    }
}
