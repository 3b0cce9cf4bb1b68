package dev.sluice.sense.notify;

import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.text.LogField;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/// Delivers the entries of the outbox. Each notifier has its own threads, so that a service that does not
/// answer delays only its own alerts. The alerts of one incident are sent one at a time.
///
/// An entry is recorded before it is sent and ends after it was accepted, so a kill at any time loses
/// nothing. Only a kill between the acceptance by the service and the record of it repeats a message, which
/// then has the same id.
public final class Outbox implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Outbox.class.getName());

    /// The number of due alerts from which people receive them as one message.
    private static final int GROUP_FROM = 20;

    /// How long [#close] waits for attempts: one that is interrupted may have been accepted, and is repeated.
    private static final Duration CLOSING_MAX = Duration.ofSeconds(5);

    /// The maximum number of alerts in one message.
    private static final int GROUP_MAX = 50;

    private final OutboxStore store;
    private final Function<OutboxEntry, Optional<Alert>> alerts;
    private final Consumer<OutboxEntry> attempted;
    private final InstantSource clock;
    private final Map<String, Worker> workers = new ConcurrentHashMap<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet(); // Also of notifiers that were changed.
    private final Set<Long> inFlight = new HashSet<>(); // The ids of entries that are being sent.

    /// The ids of entries that were accepted but not yet recorded as such; they are not sent again.
    private final Set<Long> accepted = ConcurrentHashMap.newKeySet();

    /// By notifier, the newest pause that its service requested.
    private final Map<String, Limit> limits = new ConcurrentHashMap<>();

    /// By entry of a message that its service refused: the maximum number of alerts in the next message with
    /// it. Repeated halving isolates the alert that the service never accepts, so that it does not hold up
    /// others.
    private final Map<Long, Integer> groupMax = new ConcurrentHashMap<>();

    /// A pause requested by a service.
    private record Limit(Instant from, Instant until) {
        /// The time after the pause during which alerts are sent one by one, because several at once would be
        /// refused again.
        private static final Duration CAREFUL = Duration.ofMinutes(1);

        /// Returns true during the pause. A pause that starts later than now was requested before the clock
        /// was set back.
        boolean isPaused(Instant now) {
            return now.isBefore(until) && !now.isBefore(from);
        }

        boolean isCareful(Instant now) {
            return now.isBefore(until.plus(CAREFUL)) && !now.isBefore(from);
        }
    }

    /// @param alerts    returns the message of an entry; empty if its incident was deleted
    /// @param attempted receives each entry after an attempt, successful or not
    public Outbox(
            OutboxStore store,
            Function<OutboxEntry, Optional<Alert>> alerts,
            Consumer<OutboxEntry> attempted,
            InstantSource clock) {
        this.store = store;
        this.alerts = alerts;
        this.attempted = attempted;
        this.clock = clock;
    }

    /// Adds or changes a notifier, and starts delivering its pending entries.
    public synchronized void put(String name, Notifier notifier) {
        groupMax.clear(); // With new settings, the service may accept what it refused. Other services refuse it once
        // more.
        Worker before = workers.get(name);
        if (before != null) before.close();
        Worker worker = new Worker(name, notifier);
        workers.put(name, worker);
        worker.start();
    }

    /// Removes a notifier and gives up its pending entries.
    public synchronized void remove(String name) {
        Worker removed = workers.remove(name);
        limits.remove(name);
        if (removed != null) removed.close();
        store.giveUp(name, clock.instant());
    }

    /// Sends a notifier's pending alerts now, even if its service requested a pause (`Retry-After`).
    public synchronized void retry(String name) {
        Worker worker = workers.get(name);
        if (worker == null) return;
        limits.remove(name);
        store.retry(name, clock.instant());
        worker.wake();
    }

    /// Delivers new entries, and gives up those of removed notifiers. Waits for the disk.
    public synchronized void wake() {
        workers.values().forEach(Worker::wake);
        for (String name : store.waitingFor()) if (!workers.containsKey(name)) store.giveUp(name, clock.instant());
    }

    /// Sends the next entries of a notifier if they are due.
    ///
    /// @return when the next entries are due; empty if none are pending
    Optional<Instant> deliverNext(String name, Notifier notifier) throws InterruptedException {
        Instant now = clock.instant();
        Limit limit = limits.get(name);
        if (limit != null && limit.isPaused(now) && store.next(name).isPresent()) return Optional.of(limit.until);
        List<OutboxEntry> entries;
        synchronized (inFlight) {
            List<OutboxEntry> waiting = waiting(name, notifier).toList();
            if (waiting.isEmpty()) return Optional.empty();
            OutboxEntry first = waiting.getFirst();
            if (!isDue(first, now)) return Optional.of(first.due());
            List<OutboxEntry> due =
                    waiting.stream().filter(entry -> isDue(entry, now)).toList();
            entries = notifier.isForPeople() && due.size() >= GROUP_FROM ? group(due) : List.of(first);
            entries.forEach(entry -> inFlight.add(entry.id()));
        }
        try {
            deliver(entries, name, notifier, now);
            return Optional.of(now);
        } finally {
            synchronized (inFlight) {
                entries.forEach(entry -> inFlight.remove(entry.id()));
            }
        }
    }

    /// Returns the first pending entries that are not being sent.
    private Stream<OutboxEntry> waiting(String name, Notifier notifier) {
        int most = notifier.isForPeople() ? GROUP_MAX * notifier.parallel() : notifier.parallel();
        return store.next(name, most + 1).stream().filter(entry -> !inFlight.contains(entry.id()));
    }

    /// Returns as many of the first entries as one message may contain.
    private List<OutboxEntry> group(List<OutboxEntry> due) {
        int count = 0;
        int most = GROUP_MAX;
        for (OutboxEntry entry : due) {
            most = Math.min(most, groupMax.getOrDefault(entry.id(), GROUP_MAX));
            if (count >= most) break;
            count++;
        }
        return due.subList(0, count);
    }

    private static boolean isDue(OutboxEntry entry, Instant now) {
        boolean isClockSetBack = entry.due().isAfter(now.plus(OutboxStore.RETRY_MAX));
        return !entry.due().isAfter(now) || isClockSetBack;
    }

    /// Returns true if several entries are due and not being sent.
    private boolean hasSeveral(String name, Notifier notifier) {
        Limit limit = limits.get(name);
        if (limit != null && limit.isCareful(clock.instant())) return false;
        synchronized (inFlight) {
            return waiting(name, notifier)
                            .filter(entry -> isDue(entry, clock.instant()))
                            .count()
                    > 1;
        }
    }

    private void deliver(List<OutboxEntry> entries, String name, Notifier notifier, Instant now)
            throws InterruptedException {
        Map<OutboxEntry, Alert> sending = new LinkedHashMap<>();
        for (OutboxEntry entry : entries) {
            Optional<Alert> alert = alerts.apply(entry);
            if (alert.isEmpty()) store.giveUp(entry, now);
            else if (accepted.contains(entry.id())) sent(entry);
            else sending.put(entry, alert.get());
        }
        if (!sending.isEmpty()) send(sending, name, notifier);
    }

    private void send(Map<OutboxEntry, Alert> sending, String name, Notifier notifier) throws InterruptedException {
        Alert alert = Alert.together(List.copyOf(sending.values()));
        switch (notifier.send(alert)) {
            case Delivery.Accepted() -> {
                sending.keySet().forEach(entry -> accepted.add(entry.id()));
                sending.keySet().forEach(this::sent);
            }
            case Delivery.Failed(Phrase problem, Duration retryAfter, boolean isRefused) -> {
                LOG.log(
                        Level.WARNING,
                        "an alert was not accepted and is sent again notifier=" + LogField.quoted(name) + " id="
                                + alert.id() + " problem=" + LogField.quoted(problem.toString()));
                if (isRefused && sending.size() > 1) halve(sending.keySet());
                Instant failed = clock.instant();
                for (OutboxEntry entry : sending.keySet()) {
                    store.failed(entry, problem, retryAfter, failed);
                    store.find(entry.id()).ifPresent(attempted);
                }
                if (!retryAfter.isZero()) limits.put(name, new Limit(failed, failed.plus(retryAfter)));
            }
        }
    }

    private void halve(Set<OutboxEntry> refused) {
        if (groupMax.size() > OutboxStore.WAITING_MAX) groupMax.clear(); // They belong to entries that were given up.
        refused.forEach(entry -> groupMax.put(entry.id(), refused.size() / 2));
    }

    private void sent(OutboxEntry entry) {
        store.sent(entry, clock.instant());
        accepted.remove(entry.id());
        groupMax.remove(entry.id());
        store.find(entry.id()).ifPresent(attempted);
    }

    /// Ends when the current attempts have ended, which use the database, or after [#CLOSING_MAX].
    @Override
    public synchronized void close() {
        workers.values().forEach(Worker::close);
        workers.clear();
        long end = System.nanoTime() + CLOSING_MAX.toNanos();
        try {
            for (Thread each : threads) each.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        threads.forEach(Thread::interrupt);
    }

    /// The threads of one notifier: one that waits for entries, and more while several are due.
    private final class Worker {
        /// The pause after the database failed.
        private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

        private final String name;
        private final Notifier notifier;
        private final Semaphore helpers;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition woken = lock.newCondition();
        private boolean isWoken;
        private volatile boolean isClosed;

        Worker(String name, Notifier notifier) {
            this.name = name;
            this.notifier = notifier;
            helpers = new Semaphore(notifier.parallel() - 1);
        }

        void start() {
            run(this::loop);
        }

        private void run(Runnable work) {
            Thread thread = Thread.ofVirtual().name("sense notifier " + name).unstarted(() -> {
                try {
                    work.run();
                } finally {
                    threads.remove(Thread.currentThread());
                    Worker next = workers.get(name); // Its thread may have skipped entries that this one was sending.
                    if (next != null) next.wake();
                }
            });
            threads.add(thread);
            thread.start();
        }

        void wake() {
            lock.lock();
            try {
                isWoken = true;
                woken.signal();
            } finally {
                lock.unlock();
            }
        }

        /// Ends the threads after their current attempts.
        void close() {
            isClosed = true;
            wake();
        }

        private void loop() {
            try {
                while (!isClosed) await(step());
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        }

        /// Delivers due entries and ends; the waiting thread continues.
        private void help() {
            try {
                Duration pause = Duration.ZERO;
                while (!isClosed && !pause.isPositive()) pause = step();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            } finally {
                helpers.release();
            }
        }

        private Duration step() throws InterruptedException {
            try {
                if (hasSeveral(name, notifier) && helpers.tryAcquire()) run(this::help);
                Optional<Instant> next = deliverNext(name, notifier);
                return next.map(at -> Duration.between(clock.instant(), at)).orElse(Duration.ofDays(1));
            } catch (RuntimeException failure) {
                LOG.log(Level.ERROR, "the outbox can't deliver notifier=" + LogField.quoted(name), failure);
                Thread.sleep(AFTER_FAILURE);
                return Duration.ZERO;
            }
        }

        private void await(Duration time) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                long left = time.toNanos();
                while (!isWoken && left > 0) left = woken.awaitNanos(left);
                isWoken = false;
            } finally {
                lock.unlock();
            }
        }
    }
}
