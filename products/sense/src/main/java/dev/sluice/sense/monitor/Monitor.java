package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.incident.Incident;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.monitor.IncidentRecorder.Entry;
import dev.sluice.sense.state.Health;
import dev.sluice.sense.state.State;
import dev.sluice.sense.state.StateEvent;
import dev.sluice.sense.state.StateMachine;
import dev.sluice.sense.store.CheckRegister;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.uptime.Uptime;
import dev.sluice.sense.uptime.UptimeLog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The single owner of the state machine. Applies outcomes and decisions of people, and records, publishes
/// and alerts what follows from them. Safe for use by many threads.
///
/// Outcomes never wait for the disk: [IncidentRecorder] records what follows from them.
public final class Monitor implements AutoCloseable {
    /// The delay with which a run may start and still count as on time.
    private static final Duration LATENESS = Duration.ofSeconds(5);

    private final IncidentLog incidents;
    private final IncidentRecorder recorder;
    private final CheckRegister register;
    private final UptimeLog uptime;
    private final HistoryRetention retention;
    private final CheckFeed feed;
    private final Supplier<Set<String>> notifiers;
    private final Consumer<String> recheck;
    private final Runnable alertsAdded;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final StateMachine states = new StateMachine();
    private final Map<String, CheckDefinition> checks = new LinkedHashMap<>();
    private final MaintenanceCalendar calendar = new MaintenanceCalendar();
    private volatile int down;

    /// @param notifiers   returns the names of all notifiers
    /// @param recheck     runs a check now
    /// @param alertsAdded called when the outbox has new entries
    /// @param recording   runs one task at a time
    public Monitor(
            Database database,
            LiveFeed live,
            Supplier<Set<String>> notifiers,
            Consumer<String> recheck,
            Runnable alertsAdded,
            Executor recording,
            InstantSource clock) {
        this.incidents = new IncidentLog(database);
        this.recorder = new IncidentRecorder(database, recording, this::recorded);
        this.register = new CheckRegister(database);
        this.uptime = new UptimeLog(database);
        this.retention = new HistoryRetention(database);
        this.feed = new CheckFeed(live);
        this.notifiers = notifiers;
        this.recheck = recheck;
        this.alertsAdded = alertsAdded;
        this.clock = clock;
    }

    /// Adds or changes checks. The dependencies of all checks must not form a cycle. A check with an open
    /// incident is down until an outcome says otherwise.
    public void putAll(Collection<CheckDefinition> definitions) {
        locked(() -> {
            Instant now = clock.instant();
            Map<String, Duration> coverage = new LinkedHashMap<>();
            definitions.forEach(each -> coverage.put(each.name(), coverage(each)));
            uptime.put(coverage, now);
            for (CheckDefinition definition : definitions) add(definition, now);
            for (CheckDefinition definition : definitions) {
                String name = definition.name();
                follow(states.suspend(name, definition.isPaused(), calendar.covers(name, now), now), now);
                publish(name);
            }
        });
    }

    /// Returns how long an outcome represents the state of the target: until the next outcome is due at the
    /// latest.
    private static Duration coverage(CheckDefinition definition) {
        return definition.interval().plus(definition.timeout()).plus(LATENESS);
    }

    private void add(CheckDefinition definition, Instant now) {
        String name = definition.name();
        boolean isOver = checks.containsKey(name) || recorder.isClosing(name);
        Optional<Incident> open = isOver ? Optional.empty() : incidents.openOf(name);
        checks.put(name, definition);
        if (open.isEmpty()) {
            states.put(name, definition.rules(), now);
            return;
        }
        Incident incident = open.get();
        feed.opened(incident);
        states.putDown(name, definition.rules(), incident.opened(), incident.firstFailure(), incident.failure());
        states.health(name).ifPresent(health -> uptime.state(name, health.state(), now));
    }

    /// Removes a check and closes its incident.
    public void remove(String name) {
        locked(() -> {
            Instant now = clock.instant();
            if (!checks.containsKey(name)) return;
            follow(states.remove(name, now), now);
            checks.remove(name);
            feed.remove(name);
            uptime.remove(name, now);
        });
    }

    /// Removes what is left of checks that were removed while Sense was not running: open incidents, and
    /// states in the channel. Called after all definitions were read.
    public void removeOrphans() {
        Instant now = clock.instant();
        locked(() -> {
            incidents.allOpen().stream()
                    .filter(incident -> !checks.containsKey(incident.check()))
                    .forEach(incident ->
                            recorder.add(new Entry.Closing(incident.check(), StateEvent.Ending.REMOVED, now)));
            register.names().stream().filter(name -> !checks.containsKey(name)).forEach(name -> {
                feed.remove(name);
                register.remove(name, now);
            });
        });
    }

    /// Applies the outcome of a run, unless the check was changed or removed during the run: the outcome says
    /// nothing about another definition.
    ///
    /// @param definition what was run
    /// @param start      when the run started
    /// @return the time from this run to the next one; zero if the next run is as planned
    public Duration apply(CheckDefinition definition, Instant start, Outcome outcome) {
        return locked(() -> {
            String name = definition.name();
            if (!definition.isSame(checks.get(name))) return Duration.ZERO;
            Instant now = clock.instant();
            feed.ran(name, outcome); // Before the state that follows from it.
            follow(states.apply(name, start, outcome, now), now);
            feed.sample(name, outcome, now);
            Health health = states.health(name).orElseThrow();
            uptime.outcome(name, outcome, definition.rules().isSlow(outcome), health.state(), now);
            boolean isConfirming = health.state() == State.FAILING
                    || (health.hasIncident() && health.passes() > 0 && !states.isFlapping(name, now));
            return isConfirming ? definition.retry() : Duration.ZERO;
        });
    }

    /// Returns the number of checks that were down at the last [#tick]. Does not block.
    public int down() {
        return down;
    }

    /// Applies maintenance windows that have begun or ended, counts checks that are down, retries recording,
    /// stores the uptime, and deletes what is too old. Waits for the disk.
    public void tick() {
        Instant now = clock.instant();
        locked(() -> {
            followCalendar(now);
            down = (int) checks.keySet().stream()
                    .filter(name -> states.health(name).orElseThrow().state() == State.DOWN)
                    .count();
        });
        recorder.retry();
        uptime.store(clock.instant()); // The recorder may have waited for the disk.
        retention.prune(now);
    }

    /// Replaces all planned windows.
    public void setMaintenance(List<MaintenanceWindow> all) {
        locked(() -> {
            calendar.set(all);
            followCalendar(clock.instant());
        });
    }

    private void followCalendar(Instant now) {
        if (!calendar.hasChanged(now)) return;
        checks.forEach((name, definition) ->
                follow(states.suspend(name, definition.isPaused(), calendar.covers(name, now), now), now));
        calendar.applied(now);
    }

    private void follow(List<StateEvent> events, Instant now) {
        Set<String> changed = new LinkedHashSet<>();
        List<IncidentRecorder.Entry> entries = new ArrayList<>();
        for (StateEvent event : events) {
            switch (event) {
                case StateEvent.Changed change -> {
                    uptime.state(change.check(), change.after().state(), now);
                    changed.add(change.check());
                }
                case StateEvent.Opened(String check, Instant first, Failure failure) ->
                    entries.add(new Entry.Opening(check, first, failure, now, receivers(check)));
                case StateEvent.Closed(String check, StateEvent.Ending ending) ->
                    entries.add(new Entry.Closing(check, ending, now));
                case StateEvent.Recheck(String check) -> recheck.accept(check);
            }
        }
        // A state with an incident is published after the incident is recorded, so that readers of the state
        // find the incident. If the database fails, that may take long.
        entries.stream()
                .map(IncidentRecorder.Entry::check)
                .filter(recorder::isPrompt)
                .forEach(changed::remove);
        changed.forEach(this::publish);
        entries.forEach(recorder::add);
    }

    private Set<String> receivers(String check) {
        Set<String> all = new HashSet<>(notifiers.get());
        CheckDefinition definition = checks.get(check);
        if (definition != null && !definition.notifiers().isEmpty()) all.retainAll(definition.notifiers());
        return all;
    }

    /// Publishes the states of these checks, even if their incidents could not be recorded.
    private void recorded(List<IncidentRecorder.Recorded> recorded, Set<String> tried) {
        locked(() -> {
            recorded.forEach(each -> feed.alert(each.kind(), each.incident()));
            tried.forEach(this::publish);
        });
        if (!recorded.isEmpty()) alertsAdded.run();
    }

    private void publish(String check) {
        if (checks.containsKey(check)) feed.publish(check, view(check));
    }

    /// Returns the public view of a check.
    public Optional<Map<String, Object>> show(String name) {
        return locked(() -> checks.containsKey(name) ? Optional.of(view(name)) : Optional.empty());
    }

    /// Returns the public views of all checks.
    public List<Map<String, Object>> showAll() {
        return locked(() -> checks.keySet().stream().map(this::view).toList());
    }

    private Map<String, Object> view(String name) {
        CheckDefinition definition = checks.get(name);
        Health health = states.health(name).orElseThrow();
        if (definition == null) throw new IllegalStateException("no check '" + name + "'");
        return feed.view(definition, health, states.isFlapping(name, clock.instant()));
    }

    /// Returns the share of the time during which a check was up. Waits for the disk.
    public Optional<Uptime> uptime(String name) {
        return uptime.find(name, clock.instant());
    }

    /// Returns the state of the recording of incidents.
    public IncidentRecorder.Status recording() {
        return recorder.status();
    }

    public Optional<CheckDefinition> definition(String name) {
        return locked(() -> Optional.ofNullable(checks.get(name)));
    }

    public List<CheckDefinition> definitions() {
        return locked(() -> List.copyOf(checks.values()));
    }

    private void locked(Runnable work) {
        locked(() -> {
            work.run();
            return work;
        });
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /// Stores the uptime until now and stops recording.
    @Override
    public void close() {
        recorder.close();
        uptime.storeAll(clock.instant());
    }
}
