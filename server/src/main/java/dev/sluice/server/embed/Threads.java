package dev.sluice.server.embed;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// All virtual threads that run code of the program: none is started without being known here, so that all
/// can be ended.
public final class Threads {
    private static final System.Logger LOG = System.getLogger(Threads.class.getName());

    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    /// How many there are now.
    public int running() {
        return running.size();
    }

    /// Starts one. What it throws is its own business.
    Thread start(String name, Runnable code) {
        Thread thread = Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                code.run();
            } finally {
                running.remove(Thread.currentThread());
            }
        });
        running.add(thread);
        thread.start();
        return thread;
    }

    /// Interrupts all of them, and those that they start while they end, and waits until none is left.
    public void close(Duration patience) {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        try {
            while (!running.isEmpty()) {
                running.forEach(Thread::interrupt);
                for (Thread each : running) {
                    if (each.equals(Thread.currentThread())) continue;
                    long leftNs = deadlineNs - System.nanoTime();
                    if (leftNs <= 0 || !each.join(Duration.ofNanos(leftNs))) {
                        LOG.log(Level.WARNING, "code does not end though it was interrupted thread=" + each.getName());
                        return;
                    }
                }
                if (running.size() == 1 && running.contains(Thread.currentThread())) return;
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
