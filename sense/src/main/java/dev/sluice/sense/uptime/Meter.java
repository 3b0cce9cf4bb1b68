package dev.sluice.sense.uptime;

import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.state.State;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/// Turns the states of one check into time that it was up, down or in maintenance, by hour. No threads and no clock.
///
/// An outcome says how the target is until the next one should have come, and not longer: time that nobody looked at is
/// unknown. A failure that is being confirmed is undecided: once it is confirmed, the target was down all along, and
/// once it passes, it was up.
final class Meter {
    private final Map<Instant, Tally> hours = new TreeMap<>(); // What was not taken yet.
    private final Map<Instant, Long> undecidedMs = new TreeMap<>();
    private Duration coverage;
    private State state = State.UNKNOWN;
    private Instant metered;
    private Instant knownUntil;

    /// @param coverage how long an outcome says how the target is
    Meter(Duration coverage, Instant now) {
        this.coverage = coverage;
        metered = now;
        knownUntil = now;
    }

    void cover(Duration changed) {
        coverage = changed;
    }

    /// Takes an outcome. It says nothing about the time before it: the state did.
    ///
    /// @param after the state that followed from it
    void outcome(Outcome outcome, boolean isSlow, State after, Instant now) {
        state(after, now);
        if (after == State.PAUSED) return;
        knownUntil = now.plus(coverage);
        Tally tally = tally(hour(now));
        if (after == State.MAINTENANCE) {
            tally.add(Measure.IN_MAINTENANCE, 1);
            return;
        }
        switch (outcome) {
            case Outcome.Passed passed -> {
                tally.add(isSlow ? Measure.SLOW : Measure.PASSED, 1);
                tally.latencies().add(passed.latency());
            }
            case Outcome.Failed _ -> tally.add(Measure.FAILED, 1);
            case Outcome.Unclear _ -> tally.add(Measure.UNCLEAR, 1);
        }
    }

    /// Takes the state that the check has from now on.
    void state(State next, Instant now) {
        advance(now);
        if (state == State.FAILING && next != State.FAILING) decide(next);
        state = next;
    }

    private void decide(State next) {
        if (next.isUp() || next == State.DOWN) {
            Measure figure = next == State.DOWN ? Measure.DOWN_MS : Measure.UP_MS;
            undecidedMs.forEach((hour, ms) -> tally(hour).add(figure, ms));
        }
        undecidedMs.clear();
    }

    /// Counts the time until now.
    void advance(Instant now) {
        Instant end = knownUntil.isBefore(now) ? knownUntil : now;
        while (metered.isBefore(end)) {
            Instant hour = hour(metered);
            Instant next = hour.plus(1, ChronoUnit.HOURS);
            Instant until = next.isBefore(end) ? next : end;
            count(hour, Duration.between(metered, until).toMillis());
            metered = until;
        }
        if (metered.isBefore(now)) metered = now;
    }

    private void count(Instant hour, long ms) {
        switch (state) {
            case UP, SLOW -> tally(hour).add(Measure.UP_MS, ms);
            case DOWN -> tally(hour).add(Measure.DOWN_MS, ms);
            case MAINTENANCE -> tally(hour).add(Measure.MAINTENANCE_MS, ms);
            case FAILING -> undecidedMs.merge(hour, ms, Long::sum);
            case UNKNOWN, PAUSED -> {} // Nothing is known.
        }
    }

    private Tally tally(Instant hour) {
        return hours.computeIfAbsent(hour, _ -> new Tally());
    }

    static Instant hour(Instant time) {
        return time.truncatedTo(ChronoUnit.HOURS);
    }

    /// Returns what was counted, by hour, and counts from zero again.
    Map<Instant, Tally> take() {
        Map<Instant, Tally> taken = new TreeMap<>(hours);
        hours.clear();
        return taken;
    }

    /// Takes back what could not be stored.
    void giveBack(Map<Instant, Tally> taken) {
        taken.forEach((hour, tally) -> tally(hour).add(tally));
    }

    /// Adds what was counted since an hour.
    void addTo(Tally sum, Instant since) {
        hours.forEach((hour, tally) -> {
            if (!hour.isBefore(since)) sum.add(tally);
        });
    }
}
