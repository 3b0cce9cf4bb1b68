package dev.sluice.sense.notify;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/// Delivers the entries of the outbox, each notifier on a thread of its own, so that a service that does not answer
/// delays nobody else's alerts.
///
/// An entry is recorded before it is sent and ends after it was accepted, so a kill at any time loses nothing. Only a
/// kill between a service's acceptance and our record repeats a message, which then has the same id.
public final class Outbox implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Outbox.class.getName());

    private final OutboxStore store;
    private final Function<OutboxEntry, Optional<Alert>> alerts;
    private final Consumer<OutboxEntry> attempted;
    private final InstantSource clock;
    private final Map<String, Worker> workers = new HashMap<>();

    /// @param alerts    the message of an entry; empty if its incident is gone
    /// @param attempted receives each entry after it was sent, or could not be
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

    /// Adds a notifier, or changes it, and begins to deliver what waits for it.
    public synchronized void put(String name, Notifier notifier) {
        Worker before = workers.get(name);
        if (before != null) before.close();
        Worker worker = new Worker(name, notifier);
        workers.put(name, worker);
        worker.thread.start();
    }

    /// Removes a notifier and gives up what waits for it.
    public synchronized void remove(String name) {
        Worker removed = workers.remove(name);
        if (removed != null) removed.close();
        store.giveUp(name, clock.instant());
    }

    /// Looks for new entries, and gives up those of notifiers that are gone. Waits for the disk.
    public synchronized void wake() {
        workers.values().forEach(Worker::wake);
        for (String name : store.waitingFor()) if (!workers.containsKey(name)) store.giveUp(name, clock.instant());
    }

    /// Sends what a notifier has to send next, if it is due.
    ///
    /// @return when to look again; empty if nothing waits
    Optional<Instant> deliverNext(String name, Notifier notifier) throws InterruptedException {
        Optional<OutboxEntry> next = store.next(name);
        if (next.isEmpty()) return Optional.empty();
        OutboxEntry entry = next.get();
        Instant now = clock.instant();
        boolean isClockSetBack = entry.due().isAfter(now.plus(OutboxStore.RETRY_MAX));
        if (entry.due().isAfter(now) && !isClockSetBack) return Optional.of(entry.due());
        Optional<Alert> alert = alerts.apply(entry);
        if (alert.isEmpty()) {
            store.giveUp(name, now);
            return Optional.of(now);
        }
        Delivery delivery = notifier.send(alert.get());
        switch (delivery) {
            case Delivery.Accepted() -> store.sent(entry, clock.instant());
            case Delivery.Failed(String problem) -> {
                LOG.log(
                        Level.WARNING,
                        "an alert was not accepted and is sent again notifier=" + name + " id="
                                + alert.get().id() + " attempt=" + (entry.attempts() + 1) + " problem=" + problem);
                store.failed(entry, problem, clock.instant());
            }
        }
        store.find(entry.id()).ifPresent(attempted);
        return Optional.of(now);
    }

    @Override
    public synchronized void close() {
        workers.values().forEach(Worker::close);
        workers.clear();
    }

    /// The thread of one notifier.
    private final class Worker {
        /// The pause after the database failed.
        private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

        private final String name;
        private final Notifier notifier;
        private final Thread thread;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition woken = lock.newCondition();
        private boolean isWoken;

        Worker(String name, Notifier notifier) {
            this.name = name;
            this.notifier = notifier;
            thread = Thread.ofVirtual().name("sense notifier " + name).unstarted(this::loop);
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

        void close() {
            thread.interrupt();
        }

        private void loop() {
            try {
                while (true) await(step());
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        }

        private Duration step() throws InterruptedException {
            try {
                Optional<Instant> next = deliverNext(name, notifier);
                return next.map(at -> Duration.between(clock.instant(), at)).orElse(Duration.ofDays(1));
            } catch (RuntimeException failure) {
                LOG.log(Level.ERROR, "the outbox can't deliver notifier=" + name, failure);
                return AFTER_FAILURE;
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
