package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.incident.Incident;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.notify.Alert;
import dev.sluice.sense.notify.OutboxStore;
import dev.sluice.sense.state.Board;
import dev.sluice.sense.state.BoardEvent;
import dev.sluice.sense.state.Health;
import dev.sluice.sense.state.Rules;
import dev.sluice.sense.state.State;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.store.DatabaseFailure;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The one owner of the board: applies outcomes and decisions of people, and records, announces and reports what
/// follows from them. Safe for use by many threads.
///
/// An incident and the entries of its outbox are recorded in one transaction. If the database fails then, that is tried
/// again until it succeeds; after a kill in between, the next outcomes lead to the same incident.
public final class Monitor {
    private static final System.Logger LOG = System.getLogger(Monitor.class.getName());

    /// The opening or closing of an incident that is not in the database yet.
    private record Unrecorded(BoardEvent event, Instant at) {}

    private final Database database;
    private final IncidentLog incidents;
    private final OutboxStore outbox;
    private final LiveFeed live;
    private final Supplier<Set<String>> notifiers;
    private final Consumer<String> recheck;
    private final Runnable alertsAdded;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Board board = new Board();
    private final Map<String, Long> openIncidents = new HashMap<>();
    private final ArrayDeque<Unrecorded> unrecorded = new ArrayDeque<>();
    private final Map<String, CheckDefinition> checks = new LinkedHashMap<>();
    private final Map<String, Outcome> newest = new HashMap<>();
    private List<MaintenanceWindow> windows = List.of();

    /// @param notifiers   the names of all notifiers
    /// @param recheck     makes a check run now
    /// @param alertsAdded called when the outbox has new entries
    public Monitor(
            Database database,
            LiveFeed live,
            Supplier<Set<String>> notifiers,
            Consumer<String> recheck,
            Runnable alertsAdded,
            InstantSource clock) {
        this.database = database;
        this.incidents = new IncidentLog(database);
        this.outbox = new OutboxStore(database);
        this.live = live;
        this.notifiers = notifiers;
        this.recheck = recheck;
        this.alertsAdded = alertsAdded;
        this.clock = clock;
    }

    /// Adds checks or changes them, which must not form a circle with each other and those that stay as they are. One
    /// with an open incident is down until an outcome says otherwise.
    public void putAll(Collection<CheckDefinition> definitions) {
        locked(() -> {
            Instant now = clock.instant();
            for (CheckDefinition definition : definitions) add(definition, now);
            for (CheckDefinition definition : definitions) {
                String name = definition.name();
                follow(board.suspend(name, definition.isPaused(), isInMaintenance(name, now), now), now);
                live.state(name, view(name));
            }
        });
    }

    private void add(CheckDefinition definition, Instant now) {
        String name = definition.name();
        Optional<Incident> open = checks.containsKey(name) ? Optional.empty() : incidents.openOf(name);
        checks.put(name, definition);
        if (open.isEmpty()) {
            board.put(name, definition.rules(), now);
            return;
        }
        Incident incident = open.get();
        openIncidents.put(name, incident.id());
        board.putDown(name, definition.rules(), incident.opened(), incident.firstFailure(), incident.failure());
    }

    /// @throws IllegalArgumentException if a check depends on itself
    static void requireNoCircle(Collection<CheckDefinition> definitions) {
        Map<String, Rules> rules = new HashMap<>();
        definitions.forEach(definition -> rules.put(definition.name(), definition.rules()));
        Board.requireNoCircle(rules);
    }

    /// Removes a check; its incident is closed.
    public void remove(String name) {
        locked(() -> {
            Instant now = clock.instant();
            if (!checks.containsKey(name)) return;
            follow(board.remove(name, now), now);
            checks.remove(name);
            newest.remove(name);
            live.state(name, null);
        });
    }

    /// Closes the incidents of checks that no longer exist, after all definitions were read.
    public void closeOrphans() {
        locked(() -> incidents.allOpen().stream()
                .filter(incident -> !checks.containsKey(incident.check()))
                .forEach(incident ->
                        close(new BoardEvent.Closed(incident.check(), BoardEvent.Ending.REMOVED), clock.instant())));
    }

    /// Applies the outcome of a run.
    ///
    /// @param start when the run began
    /// @return how long after this run the next one should be; zero: as planned
    public Duration apply(String name, Instant start, Outcome outcome) {
        lock.lock();
        try {
            CheckDefinition definition = checks.get(name);
            if (definition == null) return Duration.ZERO;
            Instant now = clock.instant();
            newest.put(name, outcome); // Shown with the state that follows from it.
            follow(board.apply(name, start, outcome, now), now);
            live.sample(name, sample(outcome, now));
            Health health = board.health(name).orElseThrow();
            boolean isConfirming = health.state() == State.FAILING
                    || (health.state() == State.DOWN && health.passes() > 0 && !board.isFlapping(name, now));
            return isConfirming ? definition.retry() : Duration.ZERO;
        } finally {
            lock.unlock();
        }
    }

    /// Looks which maintenance windows have begun or ended, and records what could not be recorded before.
    public void tick() {
        locked(() -> {
            Instant now = clock.instant();
            checks.forEach((name, definition) ->
                    follow(board.suspend(name, definition.isPaused(), isInMaintenance(name, now), now), now));
            record();
        });
    }

    private boolean isInMaintenance(String name, Instant now) {
        return windows.stream().anyMatch(window -> window.covers(name, now));
    }

    /// Sets all planned windows.
    public void setMaintenance(List<MaintenanceWindow> all) {
        locked(() -> windows = List.copyOf(all));
        tick();
    }

    private void follow(List<BoardEvent> events, Instant now) {
        Set<String> changed = new HashSet<>();
        for (BoardEvent event : events) {
            switch (event) {
                case BoardEvent.Changed change -> changed.add(change.check());
                case BoardEvent.Opened _, BoardEvent.Closed _ -> unrecorded.add(new Unrecorded(event, now));
                case BoardEvent.Recheck(String check) -> recheck.accept(check);
            }
        }
        if (!unrecorded.isEmpty()) record();
        for (String check : changed) if (checks.containsKey(check)) live.state(check, view(check));
    }

    private void record() {
        try {
            while (!unrecorded.isEmpty()) {
                Unrecorded next = unrecorded.peek();
                if (next.event instanceof BoardEvent.Opened opened) open(opened, next.at);
                if (next.event instanceof BoardEvent.Closed closed) close(closed, next.at);
                unrecorded.remove();
            }
        } catch (DatabaseFailure failure) {
            LOG.log(
                    Level.ERROR,
                    "an incident can't be recorded and is tried again waiting=" + unrecorded.size(),
                    failure);
        }
    }

    private void open(BoardEvent.Opened opened, Instant now) {
        Incident incident = database.transaction(_ -> {
            Incident created = incidents.open(opened.check(), opened.firstFailure(), now, opened.failure());
            addAlerts(created, Alert.Kind.OPENED, now);
            return created;
        });
        openIncidents.put(opened.check(), incident.id());
        announce(incident, Alert.Kind.OPENED);
    }

    private void close(BoardEvent.Closed event, Instant now) {
        Optional<Incident> closed = database.transaction(_ -> {
            Optional<Incident> incident = incidents.close(event.check(), event.ending(), now);
            incident.ifPresent(each -> addAlerts(each, Alert.Kind.CLOSED, now));
            return incident;
        });
        openIncidents.remove(event.check());
        closed.ifPresent(incident -> announce(incident, Alert.Kind.CLOSED));
    }

    /// The end of an incident is told to those who were told of its beginning.
    private void addAlerts(Incident incident, Alert.Kind kind, Instant now) {
        Set<String> told = kind == Alert.Kind.OPENED ? receivers(incident.check()) : new HashSet<>();
        if (kind == Alert.Kind.CLOSED) outbox.ofIncident(incident.id()).forEach(entry -> told.add(entry.notifier()));
        for (String notifier : told) outbox.add(incident.id(), kind, notifier, now);
    }

    private Set<String> receivers(String check) {
        Set<String> all = new HashSet<>(notifiers.get());
        CheckDefinition definition = checks.get(check);
        if (definition != null && !definition.notifiers().isEmpty()) all.retainAll(definition.notifiers());
        return all;
    }

    private void announce(Incident incident, Alert.Kind kind) {
        live.alert(kind == Alert.Kind.OPENED ? "opened" : "closed", incident.check(), View.incident(incident));
        alertsAdded.run();
    }

    private static Map<String, Object> sample(Outcome outcome, Instant now) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("at", now.toString());
        View.outcome(outcome, all);
        return all;
    }

    /// Runs a check once, outside the schedule, and returns its outcome as it is shown.
    public static Map<String, Object> tryNow(CheckDefinition definition) throws InterruptedException {
        Map<String, Object> all = new LinkedHashMap<>();
        CheckRun.run(
                definition.name(), definition.check(), definition.timeout(), outcome -> View.outcome(outcome, all));
        return all;
    }

    /// Returns what is shown of a check.
    public Optional<Map<String, Object>> show(String name) {
        lock.lock();
        try {
            return checks.containsKey(name) ? Optional.of(view(name)) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// Returns what is shown of all checks.
    public List<Map<String, Object>> showAll() {
        lock.lock();
        try {
            return checks.keySet().stream().map(this::view).toList();
        } finally {
            lock.unlock();
        }
    }

    private Map<String, Object> view(String name) {
        CheckDefinition definition = checks.get(name);
        Health health = board.health(name).orElseThrow();
        if (definition == null) throw new IllegalStateException("no check '" + name + "'");
        Map<String, Object> all = View.check(definition, health, board.isFlapping(name, clock.instant()));
        Long incident = openIncidents.get(name);
        if (incident != null) all.put("incident", incident);
        Outcome outcome = newest.get(name);
        if (outcome != null) View.outcome(outcome, all);
        return all;
    }

    public Optional<CheckDefinition> definition(String name) {
        lock.lock();
        try {
            return Optional.ofNullable(checks.get(name));
        } finally {
            lock.unlock();
        }
    }

    public List<CheckDefinition> definitions() {
        lock.lock();
        try {
            return List.copyOf(checks.values());
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }
}
