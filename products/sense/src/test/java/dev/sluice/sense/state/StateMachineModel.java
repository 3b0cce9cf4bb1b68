package dev.sluice.sense.state;

import dev.sluice.sense.check.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A second implementation of the state machine, from its description: each check keeps the list of its
/// outcomes, and everything is derived from those lists repeatedly until nothing changes.
public final class StateMachineModel {
    /// The transitions of the model.
    public record Story(String check, boolean isOpening) {}

    /// More than any rule needs, and more than the number of passes during the hold time of a flapping check.
    private static final int RESULTS_KEPT = 200;

    private record Result(Instant start, Instant at, Outcome outcome) {}

    private static final class Entry {
        final Rules rules;
        final List<Result> results = new ArrayList<>(); // Since the last restart.
        final List<Instant> outages = new ArrayList<>();
        final List<Boolean> recent = new ArrayList<>(); // Whether each run failed, since the last incident.
        boolean isOfRate;
        boolean isOpen;
        boolean isExplained;
        boolean isPaused;
        boolean isPlanned;

        Entry(Rules rules) {
            this.rules = rules;
        }

        boolean isDown() {
            return isOpen || isExplained;
        }

        boolean failsOften() {
            List<Boolean> newest =
                    recent.subList(Math.max(0, recent.size() - rules.rate().runs()), recent.size());
            long failures = newest.stream().filter(hasFailed -> hasFailed).count();
            return !rules.rate().isNone() && failures >= rules.rate().failures();
        }

        void begin() {
            results.clear();
            recent.clear();
        }

        boolean hasFailedLast() {
            return !results.isEmpty() && results.getLast().outcome instanceof Outcome.Failed;
        }

        List<Result> last(Class<? extends Outcome> kind) {
            List<Result> found = new ArrayList<>();
            for (int i = results.size() - 1; i >= 0 && kind.isInstance(results.get(i).outcome); i--)
                found.addFirst(results.get(i));
            return found;
        }

        boolean isFailing() {
            return !isDown()
                    && !isPaused
                    && !isPlanned
                    && (isDoubted || !last(Outcome.Failed.class).isEmpty());
        }

        boolean isDoubted; // It was explained by another check, and is being confirmed again.
        Instant lastStart = Instant.MIN;
    }

    private final Map<String, Entry> entries = new TreeMap<>();
    private final List<Story> stories = new ArrayList<>();

    public void add(String check, Rules rules) {
        entries.put(check, new Entry(rules));
    }

    /// Starts again as after a restart of Sense, which keeps only the open incidents.
    public void restart(Map<String, Instant> open) {
        entries.replaceAll((check, old) -> {
            Entry entry = new Entry(old.rules);
            entry.isPaused = old.isPaused;
            entry.isPlanned = old.isPlanned;
            Instant since = open.get(check);
            if (since != null) {
                entry.isOpen = true;
                entry.outages.add(since);
            }
            return entry;
        });
    }

    private Set<String> needed(String check) {
        Set<String> all = new HashSet<>();
        for (String other : entries.get(check).rules.dependsOn()) {
            if (!entries.containsKey(other) || !all.add(other)) continue;
            all.addAll(needed(other));
        }
        return all;
    }

    public void result(String check, Instant start, Outcome outcome, Instant now) {
        Entry entry = entries.get(check);
        if (entry.isPaused || entry.isPlanned) return;
        entry.lastStart = start;
        if (entry.results.size() == RESULTS_KEPT) entry.results.removeFirst();
        entry.results.add(new Result(start, now, outcome));
        entry.recent.add(outcome instanceof Outcome.Failed);
        if (outcome instanceof Outcome.Unclear) {
            entry.begin();
            entry.isExplained = false;
            entry.isDoubted = false;
        } else if (outcome instanceof Outcome.Passed) {
            if (entry.isExplained) entry.recent.clear();
            entry.isExplained = false;
            entry.isDoubted = false;
            if (entry.isOpen && isOver(entry, now)) close(check, entry);
        }
        derive(now);
    }

    private static boolean isOver(Entry entry, Instant now) {
        List<Result> passes = entry.last(Outcome.Passed.class);
        if (passes.size() < entry.rules.passes()) return false;
        if (entry.isOfRate && passes.size() < entry.rules.rate().failures()) return false;
        Rules.Flapping rule = entry.rules.flapping();
        long recent = entry.outages.stream()
                .filter(outage -> Duration.between(outage, now).compareTo(rule.within()) < 0)
                .count();
        if (recent < rule.outages()) return true;
        return Duration.between(passes.getFirst().at, now).compareTo(rule.hold()) >= 0;
    }

    public void suspend(String check, boolean isPaused, boolean isPlanned, Instant now) {
        Entry entry = entries.get(check);
        if (entry.isPaused == isPaused && entry.isPlanned == isPlanned) return;
        entry.isPaused = isPaused;
        entry.isPlanned = isPlanned;
        entry.begin();
        entry.isExplained = false;
        entry.isDoubted = false;
        if (isPaused && entry.isOpen) close(check, entry);
        derive(now);
    }

    private void close(String check, Entry entry) {
        entry.isOpen = false;
        entry.recent.clear();
        stories.add(new Story(check, false));
    }

    private void derive(Instant now) {
        for (boolean isChanged = true; isChanged; ) {
            isChanged = false;
            for (var each : entries.entrySet()) {
                Entry entry = each.getValue();
                if (entry.isExplained || entry.hasFailedLast()) isChanged |= derive(each.getKey(), entry, now);
            }
        }
    }

    private boolean derive(String check, Entry entry, Instant now) {
        if (entry.isPaused || entry.isPlanned || entry.isOpen) return false;
        boolean hasCause = needed(check).stream()
                .map(entries::get)
                .anyMatch(other ->
                        other.isDown() && !other.isPlanned && !other.isPaused || other.isPlanned && !other.isPaused);
        if (entry.isExplained) {
            if (hasCause) return false;
            entry.isExplained = false;
            entry.isDoubted = true;
            entry.begin();
            return true;
        }
        List<Result> failures = entry.last(Outcome.Failed.class);
        boolean isInRow = failures.size() >= entry.rules.failures();
        if (!isInRow && !entry.failsOften()) return false;
        if (hasCause) {
            entry.isExplained = true;
            return true;
        }
        Instant first = failures.getFirst().at;
        for (String name : needed(check)) {
            Entry other = entries.get(name);
            if (other.isPaused) continue;
            if (other.isFailing() || other.lastStart.isBefore(first)) return false;
        }
        entry.isOpen = true;
        entry.isOfRate = !isInRow;
        entry.recent.clear();
        entry.outages.add(now);
        stories.add(new Story(check, true));
        return true;
    }

    /// Returns the events since the previous call, sorted by name.
    public Set<Story> takeStories() {
        Set<Story> all = new HashSet<>(stories);
        stories.clear();
        return all;
    }

    /// Returns the states that the model derives, without the distinction of up and slow.
    public Map<String, State> states() {
        Map<String, State> all = new LinkedHashMap<>();
        entries.forEach((check, entry) -> all.put(check, state(entry)));
        return all;
    }

    private static State state(Entry entry) {
        if (entry.isPaused) return State.PAUSED;
        if (entry.isPlanned) return State.MAINTENANCE;
        if (entry.isDown()) return State.DOWN;
        if (entry.isFailing()) return State.FAILING;
        return entry.results.isEmpty() ? State.UNKNOWN : State.UP;
    }
}
