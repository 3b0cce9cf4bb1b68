package dev.sluice.sense.state;

import dev.sluice.sense.check.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known about one check. Immutable.
///
/// @param since        when the state began
/// @param failures     failed outcomes in a row
/// @param passes       passed outcomes in a row
/// @param firstFailure the first of the failures in a row, or of the outage; null: none
/// @param passingSince the first of the passes in a row; null: none
/// @param failure      the newest failure of a check that is failing or down
/// @param cause        the check whose outage explains this one, so that it has no incident of its own
/// @param hasIncident  whether an incident is open
/// @param lastStart    when the run of the newest outcome began
/// @param outages      when the latest incidents were opened, the oldest first
public record Health(
        State state,
        Instant since,
        int failures,
        int passes,
        @Nullable Instant firstFailure,
        @Nullable Instant passingSince,
        @Nullable Failure failure,
        @Nullable String cause,
        boolean hasIncident,
        @Nullable Instant lastStart,
        List<Instant> outages) {
    static Health unknown(Instant now) {
        return new Health(State.UNKNOWN, now, 0, 0, null, null, null, null, false, null, List.of());
    }

    /// The health of a check whose incident was open when the program ended.
    static Health down(Instant since, Instant firstFailure, Failure failure) {
        return new Health(State.DOWN, since, 1, 0, firstFailure, null, failure, null, true, null, List.of(since));
    }

    boolean isFlapping(Rules.Flapping rule, Instant now) {
        Instant begin = now.minus(rule.within());
        return !rule.isNone()
                && outages.stream().filter(outage -> outage.isAfter(begin)).count() >= rule.outages();
    }

    private Health in(State next, Instant now) {
        return new Health(
                next,
                next == state ? since : now,
                failures,
                passes,
                firstFailure,
                passingSince,
                failure,
                cause,
                hasIncident,
                lastStart,
                outages);
    }

    Health started(Instant start) {
        return new Health(
                state,
                since,
                failures,
                passes,
                firstFailure,
                passingSince,
                failure,
                cause,
                hasIncident,
                start,
                outages);
    }

    Health passed(Instant now) {
        return new Health(
                state,
                since,
                0,
                passes + 1,
                firstFailure,
                passes == 0 ? now : passingSince,
                failure,
                cause,
                hasIncident,
                lastStart,
                outages);
    }

    Health failed(Failure newest, Instant now) {
        boolean isFirst = failures == 0 && state != State.DOWN;
        return new Health(
                state,
                since,
                failures + 1,
                0,
                isFirst ? now : firstFailure,
                null,
                newest,
                cause,
                hasIncident,
                lastStart,
                outages);
    }

    Health up(State next, Instant now) {
        return new Health(
                next,
                next == state ? since : now,
                0,
                passes,
                null,
                passingSince,
                null,
                null,
                false,
                lastStart,
                outages);
    }

    Health failing(Instant now) {
        return in(State.FAILING, now);
    }

    /// An outage of its own, with an incident.
    Health down(int outagesKept, Instant now) {
        List<Instant> all = new ArrayList<>(outages);
        all.add(now);
        List<Instant> kept = List.copyOf(all.subList(Math.max(0, all.size() - outagesKept), all.size()));
        return new Health(State.DOWN, now, failures, 0, firstFailure, null, failure, null, true, lastStart, kept);
    }

    /// An outage that another check explains.
    Health downBecauseOf(String other, Instant now) {
        return new Health(
                State.DOWN,
                state == State.DOWN ? since : now,
                failures,
                0,
                firstFailure,
                null,
                failure,
                other,
                false,
                lastStart,
                outages);
    }

    /// Begins anew, without any count; an open incident stays open.
    Health fresh(State next, Instant now) {
        return new Health(
                next,
                next == state ? since : now,
                0,
                0,
                hasIncident ? firstFailure : null,
                null,
                hasIncident ? failure : null,
                null,
                hasIncident,
                lastStart,
                outages);
    }

    Health withoutIncident() {
        return new Health(state, since, failures, passes, null, passingSince, null, cause, false, lastStart, outages);
    }
}
