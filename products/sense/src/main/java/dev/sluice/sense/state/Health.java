package dev.sluice.sense.state;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Phrase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known about one check. Immutable.
///
/// @param since     when the state began
/// @param lastStart when the run of the newest outcome started
/// @param outages   when the latest incidents were opened, the oldest first
/// @param recent    the newest runs since the last incident, with the newest in the lowest bit; 1 is a
///                  failure
public record Health(
        State state,
        Instant since,
        Streak streak,
        Outage outage,
        @Nullable Instant lastStart,
        List<Instant> outages,
        long recent) {
    /// The expectation of an incident that was opened by a rate of failures.
    private static final String RATE = "failure-rate";

    /// Consecutive outcomes.
    ///
    /// @param failures     the number of failed outcomes
    /// @param passes       the number of passed outcomes
    /// @param firstFailure the time of the first of the consecutive failures, or of the outage; null if there
    ///                     is none
    /// @param passingSince the time of the first of the consecutive passes; null if there is none
    record Streak(
            int failures,
            int passes,
            @Nullable Instant firstFailure,
            @Nullable Instant passingSince) {
        static final Streak NONE = new Streak(0, 0, null, null);

        /// Returns a streak without outcomes that keeps the beginning of the outage.
        Streak ended() {
            return new Streak(0, 0, firstFailure, null);
        }
    }

    /// A failure and its consequences.
    ///
    /// @param failure     the newest failure of a check that is failing or down
    /// @param cause    the check whose outage explains this failure, so that it has no separate incident
    /// @param incident the kind of failure of the open incident; null if no incident is open
    /// @param isOfRate whether a rate of failures opened the incident
    record Outage(
            @Nullable Failure failure, @Nullable String cause, Failure.@Nullable Kind incident, boolean isOfRate) {
        static final Outage NONE = new Outage(null, null, null, false);
    }

    static Health unknown(Instant now) {
        return new Health(State.UNKNOWN, now, Streak.NONE, Outage.NONE, null, List.of(), 0);
    }

    /// Returns the health of a check whose incident was open when Sense last stopped.
    static Health down(Instant since, Instant firstFailure, Failure failure) {
        return new Health(
                state(failure.kind()),
                since,
                new Streak(1, 0, firstFailure, null),
                new Outage(
                        failure,
                        null,
                        failure.kind(),
                        failure.expectation().code().equals(RATE)),
                null,
                List.of(since),
                0);
    }

    /// Returns the state of a check with a confirmed failure of this kind.
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

    /// Returns the kind of failure of the open incident; null if no incident is open.
    public Failure.@Nullable Kind incident() {
        return outage.incident;
    }

    /// Returns the state that follows from the open incident.
    State ofIncident() {
        return outage.incident == null ? State.UNKNOWN : state(outage.incident);
    }

    boolean isFlapping(Rules.Flapping rule, Instant now) {
        Instant begin = now.minus(rule.within());
        return !rule.isNone()
                && outages.stream()
                                .filter(opened -> opened.isAfter(begin) && !opened.isAfter(now))
                                .count()
                        >= rule.outages();
    }

    /// Returns true if the newest runs contain at least as many failures as the rate allows.
    boolean failsOften(Rules.Rate rate) {
        return !rate.isNone() && Long.bitCount(recent << (Long.SIZE - rate.runs())) >= rate.failures();
    }

    /// Returns the failure of an incident that is opened by a rate of failures.
    static Failure often(Rules.Rate rate, Failure newest) {
        String failures = String.valueOf(rate.failures());
        return new Failure(
                Phrase.of("failure-rate", failures, String.valueOf(rate.runs())),
                Phrase.of("failures-and-last", failures, newest.found()));
    }

    /// Returns true if a rate of failures opened the incident.
    boolean isOfRate() {
        return outage.isOfRate;
    }

    private Health with(State next, Streak run, Outage problem, Instant now) {
        return new Health(next, next == state ? since : now, run, problem, lastStart, outages, recent);
    }

    private Health withRecent(long runs) {
        return new Health(state, since, streak, outage, lastStart, outages, runs);
    }

    Health started(Instant start) {
        return new Health(state, since, streak, outage, start, outages, recent);
    }

    Health passed(Instant now) {
        Instant passing = streak.passes == 0 ? now : notAfter(now, streak.passingSince);
        return with(state, new Streak(0, streak.passes + 1, streak.firstFailure, passing), outage, now)
                .withRecent(recent << 1);
    }

    Health failed(Failure newest, Instant now) {
        boolean isSame = outage.failure != null && outage.failure.kind() == newest.kind();
        boolean isFirst = !isSame || (streak.failures == 0 && state != State.DOWN && !hasIncident());
        Instant first = isFirst ? now : notAfter(now, streak.firstFailure);
        return with(
                        state,
                        new Streak(isSame ? streak.failures + 1 : 1, 0, first, null),
                        new Outage(newest, outage.cause, outage.incident, outage.isOfRate),
                        now)
                .withRecent(recent << 1 | (newest.kind().isWarning() ? 0 : 1));
    }

    /// Returns the time, but not later than now: after the clock was set back, a later time would not be
    /// reached for long.
    private static @Nullable Instant notAfter(Instant now, @Nullable Instant time) {
        return time != null && time.isAfter(now) ? now : time;
    }

    Health up(State next, Instant now) {
        boolean wasDown = hasIncident() || outage.cause != null;
        return with(next, new Streak(0, streak.passes, null, streak.passingSince), Outage.NONE, now)
                .withRecent(wasDown ? 0 : recent);
    }

    Health failing(Instant now) {
        return with(State.FAILING, streak, outage, now);
    }

    /// Returns the health for a continuing failure with an incident.
    Health standing(Instant now) {
        return with(ofIncident(), streak, outage, now);
    }

    /// Returns the health for a confirmed failure with its own incident.
    ///
    /// @param opening the failure that opens the incident
    Health down(int outagesKept, Failure opening, Instant now) {
        List<Instant> all = new ArrayList<>(outages);
        all.add(now);
        List<Instant> kept = List.copyOf(all.subList(Math.max(0, all.size() - outagesKept), all.size()));
        var failures = new Streak(streak.failures, 0, streak.firstFailure, null);
        Failure.Kind kind = opening.kind();
        boolean isOfRate = opening.expectation().code().equals(RATE);
        return new Health(state(kind), now, failures, new Outage(opening, null, kind, isOfRate), lastStart, kept, 0);
    }

    /// Returns the health for an outage that is explained by another check.
    Health downBecauseOf(String other, Instant now) {
        return with(
                State.DOWN,
                new Streak(streak.failures, 0, streak.firstFailure, null),
                new Outage(outage.failure, other, null, false),
                now);
    }

    /// Returns the health without any counts; an open incident stays open.
    Health fresh(State next, Instant now) {
        Health begun = hasIncident()
                ? with(next, streak.ended(), new Outage(outage.failure, null, outage.incident, outage.isOfRate), now)
                : with(next, Streak.NONE, Outage.NONE, now);
        return begun.withRecent(0);
    }

    Health withoutIncident() {
        return new Health(
                state,
                since,
                new Streak(streak.failures, streak.passes, null, streak.passingSince),
                new Outage(null, outage.cause, null, false),
                lastStart,
                outages,
                recent);
    }
}
