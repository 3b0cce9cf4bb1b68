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
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Records the openings and closings of incidents with the alerts about them, in their order: all that wait in one
/// transaction, so that a hundred outages at once cost one write to the disk. No caller waits for the disk.
///
/// If the database fails, that is tried again with the next [#record]; after a kill in between, the next outcomes lead
/// to the same incidents.
final class IncidentRecorder {
    private static final System.Logger LOG = System.getLogger(IncidentRecorder.class.getName());

    /// The most entries of one transaction, which delays others that use the database.
    private static final int BATCH_MAX = 500;

    /// An opening or closing that is not in the database yet.
    sealed interface Entry {
        String check();

        /// @param receivers the notifiers to tell
        record Opening(String check, Instant firstFailure, Failure failure, Instant at, Set<String> receivers)
                implements Entry {}

        record Closing(String check, Ending ending, Instant at) implements Entry {}
    }

    /// The result of an entry.
    ///
    /// @param incident as it is now
    record Recorded(Alert.Kind kind, Incident incident) {}

    /// Learns of each attempt to record entries.
    interface Listener {
        /// @param recorded empty if the database failed
        /// @param checks   of the entries that were tried
        void tried(List<Recorded> recorded, Set<String> checks);
    }

    private final Database database;
    private final IncidentLog incidents;
    private final OutboxStore outbox;
    private final Executor executor;
    private final Listener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private boolean isPlanned;
    private boolean isClosed;

    /// @param executor runs one task after the other
    IncidentRecorder(Database database, Executor executor, Listener listener) {
        this.database = database;
        this.incidents = new IncidentLog(database);
        this.outbox = new OutboxStore(database);
        this.executor = executor;
        this.listener = listener;
    }

    void add(Entry entry) {
        locked(() -> waiting.add(entry));
        record();
    }

    /// Records what waits, on the thread of the executor.
    void record() {
        lock.lock();
        try {
            if (isPlanned || isClosed || waiting.isEmpty()) return;
            isPlanned = true;
        } finally {
            lock.unlock();
        }
        executor.execute(this::recordBatch);
    }

    private void recordBatch() {
        List<Entry> batch = new ArrayList<>();
        locked(() -> {
            isPlanned = false;
            waiting.stream().limit(BATCH_MAX).forEach(batch::add);
        });
        List<Recorded> recorded = new ArrayList<>();
        boolean isDone = false;
        try {
            database.transaction(() -> {
                batch.forEach(entry -> record(entry, recorded::add));
            });
            locked(() -> batch.forEach(_ -> waiting.remove()));
            isDone = true;
        } catch (DatabaseFailure failure) {
            recorded.clear();
            LOG.log(Level.ERROR, "incidents can't be recorded and are tried again waiting=" + batch.size(), failure);
        }
        listener.tried(recorded, batch.stream().map(Entry::check).collect(Collectors.toSet()));
        if (isDone) record(); // Entries that came meanwhile.
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

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }
}
