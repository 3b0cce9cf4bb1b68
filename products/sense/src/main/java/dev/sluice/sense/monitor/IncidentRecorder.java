package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.incident.Incident;
import dev.sluice.sense.notify.Alert;
import dev.sluice.sense.state.StateEvent.Ending;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.text.LogField;
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
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Records the openings and closings of incidents with the alerts about them, in their order: all that wait in one
/// transaction, so that a hundred outages at once cost one write to the disk. No caller waits for the disk.
///
/// If the database fails, that is tried again with the next [#retry]; after a kill in between, the next outcomes lead
/// to the same incidents. If it fails for so long that [#WAITING_MAX] entries wait, incidents that were over before
/// they could be recorded are left out, the oldest first, and counted. Each other check has at most two entries: the
/// end of the incident in the database, and the beginning of the next.
///
/// An entry that fails although the database works is put into [Quarantine], so that no others wait for it, and is
/// tried again by itself.
public final class IncidentRecorder {
    private static final System.Logger LOG = System.getLogger(IncidentRecorder.class.getName());

    /// The most entries of one transaction, which delays others that use the database.
    private static final int BATCH_MAX = 500;

    /// The most entries that wait, more than two of each check there may be: about 20 MB.
    private static final int WAITING_MAX = 50_000;

    /// The entries in quarantine that are tried again with one [#record], each in a transaction of its own.
    private static final int QUARANTINED_MAX = 20;

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
    /// @param problem     why no entry can be recorded, in a few words; empty if entries can
    /// @param quarantined which entries can't be recorded although others can, and why; empty if there are none
    public record Status(int waiting, long dropped, String problem, String quarantined) {}

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
    private final IncidentTransaction writer;
    private final Executor executor;
    private final Listener listener;
    private final int waitingMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private final Quarantine quarantine = new Quarantine();
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
        this.writer = new IncidentTransaction(database);
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

    /// Returns whether the end of a check's incident waits to be recorded: what is open in the database is over.
    boolean isClosing(String check) {
        return locked(() -> quarantine.isClosing(check)
                || waiting.stream()
                        .anyMatch(each ->
                                each instanceof Entry.Closing && each.check().equals(check)));
    }

    /// Returns whether entries of a check are recorded at once, as far as that is known.
    boolean isPrompt(String check) {
        return locked(() -> problem.isEmpty() && !quarantine.holds(check));
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

    /// Records what waits, on the thread of the executor, and tries again what is in quarantine.
    void retry() {
        if (locked(() -> quarantine.size() > 0 && !isClosed)) executor.execute(this::recordQuarantined);
        record();
    }

    private void record() {
        boolean isNeeded = locked(() -> {
            if (isPlanned || isClosed || waiting.isEmpty()) return false;
            isPlanned = true;
            return true;
        });
        if (isNeeded) executor.execute(this::recordBatch);
    }

    Status status() {
        return locked(() -> new Status(
                waiting.size() + quarantine.size(), dropped + quarantine.dropped(), problem, quarantine.problem()));
    }

    private void recordBatch() {
        List<Entry> batch = locked(() -> {
            isPlanned = false;
            List<Entry> first = waiting.stream().limit(BATCH_MAX).toList();
            recording = first.size();
            return first;
        });
        boolean wasFailing = !problem.isEmpty();
        Attempt attempt = attempt(batch);
        boolean isFailing = !problem.isEmpty();
        Set<String> checks = locked(() -> {
            recording = 0;
            for (int i = 0; i < attempt.ended; i++) waiting.remove();
            // All checks learn once that they wait for the database.
            if (isFailing && !wasFailing) return checks(waiting);
            return checks(batch.subList(0, attempt.ended));
        });
        listener.tried(attempt.recorded, checks);
        if (!isFailing) record(); // Entries that came meanwhile.
    }

    private static Set<String> checks(Collection<Entry> entries) {
        return entries.stream().map(Entry::check).collect(Collectors.toSet());
    }

    /// The result of an attempt to record entries.
    ///
    /// @param ended the entries that wait no longer, from the first on: they were recorded, or are in quarantine
    private record Attempt(List<Recorded> recorded, int ended) {}

    private Attempt attempt(List<Entry> batch) {
        boolean isQuarantined = locked(() -> batch.stream().anyMatch(entry -> quarantine.holds(entry.check())));
        if (!isQuarantined) {
            try {
                Attempt all = new Attempt(writer.record(batch), batch.size());
                works();
                return all;
            } catch (RuntimeException failure) { // Of the database, or of one of the entries.
                LOG.log(Level.DEBUG, "incidents can't be recorded together", failure);
            }
        }
        List<Recorded> recorded = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Entry entry = batch.get(i);
            try {
                if (locked(() -> quarantine.holds(entry.check()))) put(entry);
                else recorded.addAll(writer.record(List.of(entry)));
            } catch (RuntimeException failure) {
                if (!database.isWritable()) {
                    fails(failure);
                    return new Attempt(recorded, i);
                }
                LOG.log(
                        Level.ERROR,
                        "an incident can't be recorded, and is tried again while others go on check="
                                + LogField.quoted(entry.check()),
                        failure);
                put(entry);
                failed(entry, failure);
            }
        }
        works();
        return new Attempt(recorded, batch.size());
    }

    private void put(Entry entry) {
        if (locked(() -> quarantine.add(entry)))
            LOG.log(Level.ERROR, "an incident that was over is left out check=" + LogField.quoted(entry.check()));
    }

    private void failed(Entry entry, RuntimeException failure) {
        locked(() -> {
            quarantine.failed(entry, String.valueOf(failure.getMessage()));
            return entry;
        });
    }

    private void recordQuarantined() {
        for (Entry entry : locked(() -> quarantine.next(QUARANTINED_MAX))) {
            try {
                List<Recorded> recorded = writer.record(List.of(entry));
                locked(() -> {
                    quarantine.recorded(entry);
                    return entry;
                });
                LOG.log(Level.INFO, "an incident could be recorded at last check=" + LogField.quoted(entry.check()));
                listener.tried(recorded, Set.of(entry.check()));
            } catch (RuntimeException failure) { // It stays where it is, and [Status] tells of it.
                failed(entry, failure);
                if (!database.isWritable()) return; // And else the database has no problem any more.
            }
        }
    }

    private void works() {
        if (!problem.isEmpty()) LOG.log(Level.INFO, "incidents are recorded again waiting=" + status().waiting);
        problem = "";
    }

    private void fails(RuntimeException failure) {
        if (problem.isEmpty()) LOG.log(Level.ERROR, "incidents can't be recorded and are tried again", failure);
        problem = String.valueOf(failure.getMessage());
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
