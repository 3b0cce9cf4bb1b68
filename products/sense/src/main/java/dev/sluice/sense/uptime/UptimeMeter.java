package dev.sluice.sense.uptime;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.state.State;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/// Measures for how long one check was up, down or in maintenance, by hour, from its states. It has no
/// threads and no clock.
///
/// An outcome is valid until the next one is due, and no longer; further time without outcomes is unknown.
/// While a failure is being confirmed, the time is undecided: if the failure is confirmed, the target was
/// down all along, and if the next outcome passes, it was up.
final class UptimeMeter {
    /// A time that is earlier by less was only read before another thread read the clock.
    private static final Duration SET_BACK = Duration.ofMinutes(1);

    private final Map<Instant, Rollup> hours = new TreeMap<>(); // Counts that were not taken yet.
    private final Map<Instant, Long> undecidedMs = new TreeMap<>();
    private Duration coverage;
    private State state = State.UNKNOWN;
    private Instant metered;
    private Instant knownUntil;

    /// @param coverage how long an outcome is valid
    UptimeMeter(Duration coverage, Instant now) {
        this.coverage = coverage;
        metered = now;
        knownUntil = now;
    }

    void cover(Duration changed) {
        coverage = changed;
    }

    /// Records an outcome. It does not affect the time before it, which belongs to the previous state.
    ///
    /// @param after the state after the outcome
    void outcome(Outcome outcome, boolean isSlow, State after, Instant now) {
        state(after, now);
        if (after == State.PAUSED) return;
        knownUntil = now.plus(coverage);
        Rollup rollup = rollup(hour(now));
        if (after == State.MAINTENANCE) {
            rollup.add(RollupColumn.IN_MAINTENANCE, 1);
            return;
        }
        switch (outcome) {
            case Outcome.Passed passed -> {
                rollup.add(isSlow ? RollupColumn.SLOW : RollupColumn.PASSED, 1);
                rollup.latencies().add(passed.latency());
            }
            case Outcome.Failed(var failure)
            when failure.kind() == Failure.Kind.LATENCY -> rollup.add(RollupColumn.SLOW, 1);
            case Outcome.Failed(var failure) when failure.kind().isWarning() -> rollup.add(RollupColumn.PASSED, 1);
            case Outcome.Failed _ -> rollup.add(RollupColumn.FAILED, 1);
            case Outcome.Unclear _ -> rollup.add(RollupColumn.UNCLEAR, 1);
        }
    }

    /// Records the state that the check has from now on.
    void state(State next, Instant now) {
        advance(now);
        if (state == State.FAILING && next != State.FAILING) decide(next);
        state = next;
    }

    private void decide(State next) {
        if (next.isUp() || next == State.DOWN) {
            RollupColumn column = next == State.DOWN ? RollupColumn.DOWN_MS : RollupColumn.UP_MS;
            undecidedMs.forEach((hour, ms) -> rollup(hour).add(column, ms));
        }
        undecidedMs.clear();
    }

    /// Counts the time until now. If the clock was ahead and was set back, it counts from now on.
    void advance(Instant now) {
        if (now.isBefore(metered.minus(SET_BACK))) {
            metered = now;
            Instant latest = now.plus(coverage);
            if (knownUntil.isAfter(latest)) knownUntil = latest;
        }
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
            case UP, SLOW, WARNING -> rollup(hour).add(RollupColumn.UP_MS, ms);
            case DOWN -> rollup(hour).add(RollupColumn.DOWN_MS, ms);
            case MAINTENANCE -> rollup(hour).add(RollupColumn.MAINTENANCE_MS, ms);
            case FAILING -> undecidedMs.merge(hour, ms, Long::sum);
            case UNKNOWN, PAUSED -> {} // Nothing is known.
        }
    }

    private Rollup rollup(Instant hour) {
        return hours.computeIfAbsent(hour, _ -> new Rollup());
    }

    static Instant hour(Instant time) {
        return time.truncatedTo(ChronoUnit.HOURS);
    }

    /// Returns the counts by hour, and resets them.
    Map<Instant, Rollup> take() {
        Map<Instant, Rollup> taken = new TreeMap<>(hours);
        hours.clear();
        return taken;
    }

    /// Adds counts back that could not be stored.
    void giveBack(Map<Instant, Rollup> taken) {
        taken.forEach((hour, rollup) -> rollup(hour).add(rollup));
    }

    /// Adds the counts since the given hour to a sum.
    void addTo(Rollup sum, Instant since) {
        hours.forEach((hour, rollup) -> {
            if (!hour.isBefore(since)) sum.add(rollup);
        });
    }
}
