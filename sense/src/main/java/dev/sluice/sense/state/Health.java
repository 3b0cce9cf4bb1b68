package dev.sluice.sense.state;

import dev.sluice.sense.check.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The knowledge about one check. Immutable.
///
/// @param since     when the state began
/// @param lastStart when the run of the newest outcome began
/// @param outages   when the latest incidents were opened, the oldest first
public record Health(
        State state,
        Instant since,
        Streak streak,
        Outage outage,
        @Nullable Instant lastStart,
        List<Instant> outages) {
    /// Outcomes in a row.
    ///
    /// @param failures     failed outcomes
    /// @param passes       passed outcomes
    /// @param firstFailure the first of the failures in a row, or of the outage; null: none
    /// @param passingSince the first of the passes in a row; null: none
    record Streak(
            int failures,
            int passes,
            @Nullable Instant firstFailure,
            @Nullable Instant passingSince) {
        static final Streak NONE = new Streak(0, 0, null, null);

        /// The failures or passes end, and an outage goes on.
        Streak ended() {
            return new Streak(0, 0, firstFailure, null);
        }
    }

    /// A failure and its consequences.
    ///
    /// @param failure     the newest failure of a check that is failing or down
    /// @param cause    the check whose outage explains this one, so that it has no incident of its own
    /// @param incident the kind of failure of which an incident is open; null: none is
    record Outage(@Nullable Failure failure, @Nullable String cause, Failure.@Nullable Kind incident) {
        static final Outage NONE = new Outage(null, null, null);
    }

    static Health unknown(Instant now) {
        return new Health(State.UNKNOWN, now, Streak.NONE, Outage.NONE, null, List.of());
    }

    /// The health of a check whose incident was open when the program ended.
    static Health down(Instant since, Instant firstFailure, Failure failure) {
        return new Health(
                state(failure.kind()),
                since,
                new Streak(1, 0, firstFailure, null),
                new Outage(failure, null, failure.kind()),
                null,
                List.of(since));
    }

    /// The state of a check with a confirmed failure of this kind.
    private static State state(Failure.Kind kind) {
        return kind.isWarning() ? State.WARNING : State.DOWN;
    }

    public int failures() {
        return streak.failures;
    }

    public int passes() {
        return streak.passes;
    }

    public @Nullable Instant firstFailure() {
        return streak.firstFailure;
    }

    public @Nullable Instant passingSince() {
        return streak.passingSince;
    }

    public @Nullable Failure failure() {
        return outage.failure;
    }

    public @Nullable String cause() {
        return outage.cause;
    }

    public boolean hasIncident() {
        return outage.incident != null;
    }

    /// Returns the kind of failure of which an incident is open; null: none is.
    public Failure.@Nullable Kind incident() {
        return outage.incident;
    }

    /// Returns the state that an open incident gives.
    State ofIncident() {
        return outage.incident == null ? State.UNKNOWN : state(outage.incident);
    }

    boolean isFlapping(Rules.Flapping rule, Instant now) {
        Instant begin = now.minus(rule.within());
        return !rule.isNone()
                && outages.stream().filter(opened -> opened.isAfter(begin)).count() >= rule.outages();
    }

    private Health with(State next, Streak run, Outage problem, Instant now) {
        return new Health(next, next == state ? since : now, run, problem, lastStart, outages);
    }

    Health started(Instant start) {
        return new Health(state, since, streak, outage, start, outages);
    }

    Health passed(Instant now) {
        Instant passing = streak.passes == 0 ? now : notAfter(now, streak.passingSince);
        return with(state, new Streak(0, streak.passes + 1, streak.firstFailure, passing), outage, now);
    }

    Health failed(Failure newest, Instant now) {
        boolean isSame = outage.failure != null && outage.failure.kind() == newest.kind();
        boolean isFirst = !isSame || (streak.failures == 0 && state != State.DOWN && !hasIncident());
        Instant first = isFirst ? now : notAfter(now, streak.firstFailure);
        return with(
                state,
                new Streak(isSame ? streak.failures + 1 : 1, 0, first, null),
                new Outage(newest, outage.cause, outage.incident),
                now);
    }

    /// After the clock was set back, a time of before would not be reached for long, and what waits for it neither.
    private static @Nullable Instant notAfter(Instant now, @Nullable Instant time) {
        return time != null && time.isAfter(now) ? now : time;
    }

    Health up(State next, Instant now) {
        return with(next, new Streak(0, streak.passes, null, streak.passingSince), Outage.NONE, now);
    }

    Health failing(Instant now) {
        return with(State.FAILING, streak, outage, now);
    }

    /// The failure goes on that has an incident.
    Health standing(Instant now) {
        return with(ofIncident(), streak, outage, now);
    }

    /// A failure of its own, with an incident.
    Health down(int outagesKept, Instant now) {
        List<Instant> all = new ArrayList<>(outages);
        all.add(now);
        List<Instant> kept = List.copyOf(all.subList(Math.max(0, all.size() - outagesKept), all.size()));
        var failures = new Streak(streak.failures, 0, streak.firstFailure, null);
        Failure.Kind kind = outage.failure == null ? Failure.Kind.OUTAGE : outage.failure.kind();
        return new Health(state(kind), now, failures, new Outage(outage.failure, null, kind), lastStart, kept);
    }

    /// An outage that another check explains.
    Health downBecauseOf(String other, Instant now) {
        return with(
                State.DOWN,
                new Streak(streak.failures, 0, streak.firstFailure, null),
                new Outage(outage.failure, other, null),
                now);
    }

    /// Begins anew, without any count; an open incident stays open.
    Health fresh(State next, Instant now) {
        return hasIncident()
                ? with(next, streak.ended(), new Outage(outage.failure, null, outage.incident), now)
                : with(next, Streak.NONE, Outage.NONE, now);
    }

    Health withoutIncident() {
        return new Health(
                state,
                since,
                new Streak(streak.failures, streak.passes, null, streak.passingSince),
                new Outage(null, outage.cause, null),
                lastStart,
                outages);
    }
}
