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

/// Records the opening and closing of incidents together with their alerts, in order. All waiting entries are
/// recorded in one transaction, so that a hundred outages at once cost one write to the disk. No caller waits
/// for the disk.
///
/// If the database fails, recording is repeated with the next [#retry]; after a kill in between, the next
/// outcomes lead to the same incidents. If the database fails until [#WAITING_MAX] entries wait, incidents
/// that ended before they could be recorded are dropped, the oldest first, and counted. Every other check has
/// at most two entries: the end of the incident in the database, and the beginning of the next one.
///
/// An entry that fails although the database works is moved to [Quarantine], so that no other entry waits for
/// it, and is retried alone.
public final class IncidentRecorder {
    private static final System.Logger LOG = System.getLogger(IncidentRecorder.class.getName());

    /// The maximum number of entries in a transaction, which delays other users of the database.
    private static final int BATCH_MAX = 500;

    /// The maximum number of waiting entries, more than two for each possible check: about 20 MB.
    private static final int WAITING_MAX = 50_000;

    /// The number of quarantined entries that are retried in one [#record], each in a separate transaction.
    private static final int QUARANTINED_MAX = 20;

    /// The opening or closing of an incident that is not in the database yet.
    sealed interface Entry {
        String check();

        /// @param receivers the notifiers to alert
        record Opening(String check, Instant firstFailure, Failure failure, Instant at, Set<String> receivers)
                implements Entry {}

        record Closing(String check, Ending ending, Instant at) implements Entry {}
    }

    /// The state of the recording.
    ///
    /// @param waiting the number of entries that are not in the database yet
    /// @param dropped the number of dropped incidents
    /// @param problem     a short reason why no entry can be recorded; empty if entries can be recorded
    /// @param quarantined a short description of entries that can't be recorded although others can; empty if
    ///                    there are none
    public record Status(int waiting, long dropped, String problem, String quarantined) {}

    /// The result of an entry.
    ///
    /// @param incident the incident after the entry
    record Recorded(Alert.Kind kind, Incident incident) {}

    /// Is called after each attempt to record entries.
    interface Listener {
        /// @param recorded empty if the database failed
        /// @param checks   the checks of the recorded entries, or, when the database starts to fail, of those
        ///                 that wait
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
    private int recording; // The number of entries in the transaction in progress, from the first.
    private long dropped;
    private boolean isPlanned;
    private boolean isClosed;
    private volatile String problem = "";

    /// @param executor runs one task at a time
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
        if (problem.isEmpty()) record(); // Otherwise it is retried once a second.
    }

    /// Returns true if the end of a check's incident waits to be recorded, so that the incident open in the
    /// database has ended.
    boolean isClosing(String check) {
        return locked(() -> quarantine.isClosing(check)
                || waiting.stream()
                        .anyMatch(each ->
                                each instanceof Entry.Closing && each.check().equals(check)));
    }

    /// Returns true if entries of a check are expected to be recorded at once.
    boolean isPrompt(String check) {
        return locked(() -> problem.isEmpty() && !quarantine.holds(check));
    }

    /// Drops incidents that have ended, until half of the space is free.
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
                "incidents that had ended could not be recorded and were dropped count=" + over.size() / 2);
    }

    /// Records the waiting entries on the executor's thread, and retries those in quarantine.
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
            // When the database starts to fail, all checks are notified once that they wait for it.
            if (isFailing && !wasFailing) return checks(waiting);
            return checks(batch.subList(0, attempt.ended));
        });
        listener.tried(attempt.recorded, checks);
        if (!isFailing) record(); // Records entries that arrived in the meantime.
    }

    private static Set<String> checks(Collection<Entry> entries) {
        return entries.stream().map(Entry::check).collect(Collectors.toSet());
    }

    /// The result of an attempt to record entries.
    ///
    /// @param ended the number of entries, from the first, that no longer wait because they were recorded or
    ///              quarantined
    private record Attempt(List<Recorded> recorded, int ended) {}

    private Attempt attempt(List<Entry> batch) {
        boolean isQuarantined = locked(() -> batch.stream().anyMatch(entry -> quarantine.holds(entry.check())));
        if (!isQuarantined) {
            try {
                Attempt all = new Attempt(writer.record(batch), batch.size());
                works();
                return all;
            } catch (RuntimeException failure) { // Either the database or one of the entries is the cause.
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
                        "an incident can't be recorded and is retried, while others are recorded check="
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
            LOG.log(Level.ERROR, "an incident that had ended was dropped check=" + LogField.quoted(entry.check()));
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
                LOG.log(Level.INFO, "an incident was recorded after retries check=" + LogField.quoted(entry.check()));
                listener.tried(recorded, Set.of(entry.check()));
            } catch (RuntimeException failure) { // It stays in quarantine, and [Status] reports it.
                failed(entry, failure);
                if (!database.isWritable()) return; // Otherwise only this entry has the problem.
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

    /// Starts no further transaction.
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
