package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.incident.Incident;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.notify.Alert;
import dev.sluice.sense.notify.OutboxStore;
import dev.sluice.sense.state.StateEvent.Ending;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.store.DatabaseFailure;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Records the openings and closings of incidents with the alerts about them, in their order: all that wait in one
/// transaction, so that a hundred outages at once cost one write to the disk. No caller waits for the disk.
///
/// If the database fails, that is tried again with the next [#record]; after a kill in between, the next outcomes lead
/// to the same incidents. If it fails for so long that [#WAITING_MAX] entries wait, incidents that were over before
/// they could be recorded are left out, the oldest first, and counted. Each other check has at most two entries: the
/// end of the incident in the database, and the beginning of the next.
public final class IncidentRecorder {
    private static final System.Logger LOG = System.getLogger(IncidentRecorder.class.getName());

    /// The most entries of one transaction, which delays others that use the database.
    private static final int BATCH_MAX = 500;

    /// The most entries that wait, more than two of each check there may be: about 20 MB.
    private static final int WAITING_MAX = 50_000;

    /// An opening or closing that is not in the database yet.
    sealed interface Entry {
        String check();

        /// @param receivers the notifiers to tell
        record Opening(String check, Instant firstFailure, Failure failure, Instant at, Set<String> receivers)
                implements Entry {}

        record Closing(String check, Ending ending, Instant at) implements Entry {}
    }

    /// How the recording does.
    ///
    /// @param waiting the entries that are not in the database yet
    /// @param dropped the incidents that were left out
    /// @param problem why entries can't be recorded, in a few words; empty if they can
    public record Status(int waiting, long dropped, String problem) {}

    /// The result of an entry.
    ///
    /// @param incident as it is now
    record Recorded(Alert.Kind kind, Incident incident) {}

    /// Learns of each attempt to record entries.
    interface Listener {
        /// @param recorded empty if the database failed
        /// @param checks   of the entries that were recorded; those that wait, when the database begins to fail
        void tried(List<Recorded> recorded, Set<String> checks);
    }

    private final Database database;
    private final IncidentLog incidents;
    private final OutboxStore outbox;
    private final Executor executor;
    private final Listener listener;
    private final int waitingMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private int recording; // Entries of the transaction that is under way: the first ones.
    private long dropped;
    private boolean isPlanned;
    private boolean isClosed;
    private volatile String problem = "";

    /// @param executor runs one task after the other
    IncidentRecorder(Database database, Executor executor, Listener listener) {
        this(database, executor, listener, WAITING_MAX);
    }

    IncidentRecorder(Database database, Executor executor, Listener listener, int waitingMax) {
        this.waitingMax = waitingMax;
        this.database = database;
        this.incidents = new IncidentLog(database);
        this.outbox = new OutboxStore(database);
        this.executor = executor;
        this.listener = listener;
    }

    void add(Entry entry) {
        locked(() -> {
            if (waiting.size() >= waitingMax) leaveOut();
            return waiting.add(entry);
        });
        if (problem.isEmpty()) record(); // Otherwise that is tried again once a second.
    }

    /// Leaves out incidents that are over, until half the room is free.
    private void leaveOut() {
        Map<String, Entry.Opening> openings = new HashMap<>();
        Set<Entry> over = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Entry entry : waiting.stream().skip(recording).toList()) {
            switch (entry) {
                case Entry.Opening opening -> openings.put(opening.check, opening);
                case Entry.Closing closing -> {
                    Entry.Opening opening = openings.remove(closing.check);
                    if (opening != null) over.addAll(List.of(opening, closing));
                }
            }
            if (over.size() >= waitingMax / 2) break;
        }
        if (over.isEmpty()) return;
        waiting.removeIf(over::contains);
        dropped += over.size() / 2;
        LOG.log(
                Level.ERROR,
                "incidents that were over could not be recorded and are left out count=" + over.size() / 2);
    }

    /// Records what waits, on the thread of the executor.
    void record() {
        boolean isNeeded = locked(() -> {
            if (isPlanned || isClosed || waiting.isEmpty()) return false;
            isPlanned = true;
            return true;
        });
        if (isNeeded) executor.execute(this::recordBatch);
    }

    Status status() {
        return locked(() -> new Status(waiting.size(), dropped, problem));
    }

    private void recordBatch() {
        List<Entry> batch = locked(() -> {
            isPlanned = false;
            List<Entry> first = waiting.stream().limit(BATCH_MAX).toList();
            recording = first.size();
            return first;
        });
        boolean wasFailing = !problem.isEmpty();
        List<Recorded> recorded = record(batch);
        boolean isFailing = !problem.isEmpty();
        Set<String> checks = locked(() -> {
            recording = 0;
            // All checks learn once that they wait for the database.
            if (isFailing) return wasFailing ? Set.of() : checks(waiting);
            batch.forEach(_ -> waiting.remove());
            return checks(batch);
        });
        listener.tried(recorded, checks);
        if (!isFailing) record(); // Entries that came meanwhile.
    }

    private static Set<String> checks(Collection<Entry> entries) {
        return entries.stream().map(Entry::check).collect(Collectors.toSet());
    }

    /// @return empty if the database failed
    private List<Recorded> record(List<Entry> batch) {
        List<Recorded> recorded = new ArrayList<>();
        try {
            database.transaction(() -> batch.forEach(entry -> record(entry, recorded::add)));
            if (!problem.isEmpty()) LOG.log(Level.INFO, "incidents are recorded again waiting=" + status().waiting);
            problem = "";
            return recorded;
        } catch (DatabaseFailure failure) {
            if (problem.isEmpty()) LOG.log(Level.ERROR, "incidents can't be recorded and are tried again", failure);
            problem = String.valueOf(failure.getMessage());
            return List.of();
        }
    }

    private void record(Entry entry, Consumer<Recorded> recorded) {
        switch (entry) {
            case Entry.Opening opening -> {
                Incident incident = incidents.open(opening.check, opening.firstFailure, opening.at, opening.failure);
                opening.receivers.forEach(
                        notifier -> outbox.add(incident.id(), Alert.Kind.OPENED, notifier, opening.at));
                recorded.accept(new Recorded(Alert.Kind.OPENED, incident));
            }
            case Entry.Closing closing ->
                incidents.close(closing.check, closing.ending, closing.at).ifPresent(incident -> {
                    // The end of an incident is told to those who were told of its beginning.
                    outbox.receivers(incident.id())
                            .forEach(notifier -> outbox.add(incident.id(), Alert.Kind.CLOSED, notifier, closing.at));
                    recorded.accept(new Recorded(Alert.Kind.CLOSED, incident));
                });
        }
    }

    /// Begins no other transaction.
    void close() {
        locked(() -> isClosed = true);
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
