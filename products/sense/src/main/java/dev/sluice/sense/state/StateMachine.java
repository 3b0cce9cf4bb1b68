package dev.sluice.sense.state;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The states of all checks. Each outcome is applied with its time, and the resulting events are returned;
/// the machine has no clock and no threads. Called by one thread at a time.
///
/// A failure that is not an outage, such as a certificate that expires soon, makes the check a warning: it is
/// up, and its incident hides no outage.
///
/// A failure is confirmed once enough outcomes have failed, in a row or among the newest ones, and each check
/// on which it depends has had an outcome since the first failure. If one of those is down, it is the cause,
/// and no second incident is opened.
public final class StateMachine {
    private record Member(Rules rules, Health health, boolean isPaused, boolean isInMaintenance) {
        Member with(Health next) {
            return new Member(rules, next, isPaused, isInMaintenance);
        }
    }

    private final Map<String, Member> members = new LinkedHashMap<>();
    private @Nullable Dependencies dependencies = Dependencies.NONE; // Null if it must be computed again.

    /// Checks that no check depends on itself or on too many others. A caller must do this before it changes
    /// dependencies.
    ///
    /// @throws IllegalArgumentException if a check does
    public static void requireSound(Map<String, Rules> rules) {
        Dependencies.of(rules);
    }

    /// Adds a check, or changes its rules.
    public List<StateEvent> put(String check, Rules rules, Instant now) {
        return put(check, rules, Health.unknown(now));
    }

    /// Adds a check whose incident was open when Sense last stopped.
    public List<StateEvent> putDown(String check, Rules rules, Instant since, Instant firstFailure, Failure failure) {
        return put(check, rules, Health.down(since, firstFailure, failure));
    }

    private List<StateEvent> put(String check, Rules rules, Health initial) {
        dependencies = null;
        Member before = members.get(check);
        if (before != null) {
            members.put(check, new Member(rules, before.health, before.isPaused, before.isInMaintenance));
            return List.of();
        }
        members.put(check, new Member(rules, initial, false, false));
        return List.of(new StateEvent.Changed(check, initial, initial));
    }

    private Dependencies dependencies() {
        Dependencies current = dependencies;
        if (current == null) {
            Map<String, Rules> rules = new LinkedHashMap<>();
            members.forEach((name, member) -> rules.put(name, member.rules));
            current = Dependencies.of(rules);
            dependencies = current;
        }
        return current;
    }

    /// Removes a check and closes its incident.
    public List<StateEvent> remove(String check, Instant now) {
        List<String> dependents = dependencies().dependentsOf(check);
        Member removed = members.remove(check);
        if (removed == null) return List.of();
        dependencies = null;
        List<StateEvent> events = new ArrayList<>();
        if (removed.health.hasIncident()) events.add(new StateEvent.Closed(check, StateEvent.Ending.REMOVED));
        settle(dependents, now, events);
        return events;
    }

    public Optional<Health> health(String check) {
        return Optional.ofNullable(members.get(check)).map(Member::health);
    }

    /// Returns true if an outage of the check would end only after a longer time without interruption.
    public boolean isFlapping(String check, Instant now) {
        Member member = members.get(check);
        return member != null && member.health.isFlapping(member.rules.flapping(), now);
    }

    /// Applies the outcome of a run. Outcomes of checks that are paused or in maintenance do not count.
    ///
    /// @param start when the run started
    public List<StateEvent> apply(String check, Instant start, Outcome outcome, Instant now) {
        Member member = members.get(check);
        if (member == null || member.isPaused || member.isInMaintenance) return List.of();
        List<StateEvent> events = new ArrayList<>();
        Health health = member.health.started(start);
        switch (outcome) {
            case Outcome.Passed passed -> pass(check, member, health, passed, now, events);
            case Outcome.Failed(var failure) -> fail(check, member, health, failure, now, events);
            case Outcome.Unclear _ -> set(check, health.fresh(health.ofIncident(), now), events);
        }
        settle(dependencies().dependentsOf(check), now, events);
        return events;
    }

    private void pass(
            String check, Member member, Health health, Outcome.Passed passed, Instant now, List<StateEvent> events) {
        Rules rules = member.rules;
        Health next = health.passed(now);
        if (next.hasIncident() && !isRecovered(rules, next, now)) {
            set(check, next.standing(now), events);
            return;
        }
        set(check, next.up(rules.isSlow(passed) ? State.SLOW : State.UP, now), events);
        if (next.hasIncident()) events.add(new StateEvent.Closed(check, StateEvent.Ending.RECOVERED));
    }

    private static boolean isRecovered(Rules rules, Health health, Instant now) {
        int passes = health.isOfRate() ? Math.max(rules.passes(), rules.rate().failures()) : rules.passes();
        if (health.passes() < passes) return false;
        Instant passing = health.passingSince();
        return !health.isFlapping(rules.flapping(), now)
                || (passing != null
                        && !now.isBefore(passing.plus(rules.flapping().hold())));
    }

    private void fail(
            String check, Member member, Health health, Failure failure, Instant now, List<StateEvent> events) {
        if (failure.kind().isWarning() && health.state() == State.DOWN) {
            // The target answers: the outage ends as it would after a success, and then the warning is
            // applied.
            Health next = health.passed(now);
            if (next.hasIncident() && !isRecovered(member.rules, next, now)) {
                set(check, next, events);
                return;
            }
            set(check, next.up(State.UP, now), events);
            if (next.hasIncident()) events.add(new StateEvent.Closed(check, StateEvent.Ending.RECOVERED));
            health = member(check).health;
        }
        Health failed = health.failed(failure, now);
        if (failed.state() == State.DOWN) set(check, failed, events);
        else if (failed.incident() == failure.kind()) set(check, failed.standing(now), events);
        else confirm(check, failed, now, events);
    }

    /// Decides about a failure that is not confirmed yet.
    private void confirm(String check, Health health, Instant now, List<StateEvent> events) {
        Rules rules = member(check).rules;
        Instant first = health.firstFailure();
        boolean isInRow = health.failures() >= rules.failures();
        if (!(isInRow || health.failsOften(rules.rate())) || first == null) {
            set(check, health.failing(now), events);
            return;
        }
        String cause = cause(check);
        Failure newest = failure(health);
        boolean isWarning = newest.kind().isWarning();
        if (cause != null && !isWarning) {
            if (health.hasIncident()) events.add(new StateEvent.Closed(check, StateEvent.Ending.REPLACED));
            set(check, health.downBecauseOf(cause, now), events);
        } else if (cause != null || awaits(check, first, events)) {
            set(check, health.failing(now), events);
        } else {
            if (health.hasIncident()) events.add(new StateEvent.Closed(check, StateEvent.Ending.REPLACED));
            Failure opening = isInRow ? newest : Health.often(rules.rate(), newest);
            set(check, health.down(rules.flapping().outages(), opening, now), events);
            events.add(new StateEvent.Opened(check, first, opening));
        }
    }

    private static Failure failure(Health health) {
        Failure failure = health.failure();
        if (failure == null) throw new IllegalStateException("a check is down without a failure");
        return failure;
    }

    /// Returns the check whose outage explains this one; null if there is none.
    private @Nullable String cause(String check) {
        String planned = null;
        for (String other : dependencies().of(check)) {
            Health health = member(other).health;
            if (health.state() == State.DOWN) return health.cause() != null ? health.cause() : other;
            if (health.state() == State.MAINTENANCE && planned == null) planned = other;
        }
        return planned;
    }

    /// Returns true if a dependency has had no outcome since then; a recheck is requested for each such
    /// dependency.
    private boolean awaits(String check, Instant since, List<StateEvent> events) {
        boolean awaits = false;
        for (String other : dependencies().of(check)) {
            Health health = member(other).health;
            if (health.state() == State.PAUSED) continue;
            boolean isStale = health.lastStart() == null || health.lastStart().isBefore(since);
            if (isStale) events.add(new StateEvent.Recheck(other));
            awaits |= isStale || health.state() == State.FAILING;
        }
        return awaits;
    }

    /// Reconsiders checks whose dependencies may have changed, in an order in which causes come first.
    private void settle(List<String> dependents, Instant now, List<StateEvent> events) {
        for (String check : dependents) {
            Health health = member(check).health;
            if (health.state() == State.FAILING) {
                confirm(check, health, now, events);
            } else if (health.cause() != null) {
                String cause = cause(check);
                if (cause != null) {
                    set(check, health.downBecauseOf(cause, now), events);
                } else { // It may have a separate failure, which must be confirmed.
                    set(check, health.fresh(State.FAILING, now), events);
                    events.add(new StateEvent.Recheck(check));
                }
            }
        }
    }

    /// Pauses a check, puts it into maintenance, or ends either. A pause closes its incident; maintenance
    /// does not.
    public List<StateEvent> suspend(String check, boolean isPaused, boolean isInMaintenance, Instant now) {
        Member before = members.get(check);
        if (before == null || (before.isPaused == isPaused && before.isInMaintenance == isInMaintenance))
            return List.of();
        List<StateEvent> events = new ArrayList<>();
        members.put(check, new Member(before.rules, before.health, isPaused, isInMaintenance));
        Health health = before.health;
        if (isPaused) {
            if (health.hasIncident()) events.add(new StateEvent.Closed(check, StateEvent.Ending.PAUSED));
            set(check, health.withoutIncident().fresh(State.PAUSED, now), events);
        } else if (isInMaintenance) {
            set(check, health.fresh(State.MAINTENANCE, now), events);
        } else {
            set(check, health.fresh(health.ofIncident(), now), events);
            events.add(new StateEvent.Recheck(check));
        }
        settle(dependencies().dependentsOf(check), now, events);
        return events;
    }

    private Member member(String check) {
        Member member = members.get(check);
        if (member == null) throw new IllegalStateException("no check '" + check + "'");
        return member;
    }

    private void set(String check, Health next, List<StateEvent> events) {
        Member member = member(check);
        Health before = member.health;
        members.put(check, member.with(next));
        boolean isVisible = before.state() != next.state()
                || !Objects.equals(before.cause(), next.cause())
                || !Objects.equals(before.failure(), next.failure());
        if (isVisible) events.add(new StateEvent.Changed(check, before, next));
    }
}
