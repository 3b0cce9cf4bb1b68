package dev.sluice.embed.handler;

import dev.sluice.core.encoding.LogField;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.SecretPaths;
import dev.sluice.server.http.head.Problems;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// All virtual threads that run code of the program. Every such thread is started here, so that all of them can be
/// ended.
public final class Threads {
    private static final System.Logger LOG = System.getLogger(Threads.class.getName());

    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private SecretPaths secretPaths = SecretPaths.HUB;

    /// Called once, before the start.
    public void setSecretPaths(SecretPaths all) {
        secretPaths = all;
    }

    /// Returns the path of a request for names of threads and logs: short, and without secrets.
    String path(Exchange exchange) {
        return Problems.bare(secretPaths.shown(exchange.request().path()));
    }

    /// Returns the number of threads that are running now.
    public int running() {
        return running.size();
    }

    /// Starts a thread. The code handles its own exceptions.
    public Thread start(String name, Runnable code) {
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

    /// Interrupts all threads, including threads that they start while they end, and waits until all have
    /// ended.
    ///
    /// @param timeout the time for all of them together
    public void close(Duration timeout) {
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        try {
            while (!running.isEmpty()) {
                running.forEach(Thread::interrupt);
                for (Thread each : running) {
                    if (each.equals(Thread.currentThread())) continue;
                    long leftNs = deadlineNs - System.nanoTime();
                    if (leftNs <= 0 || !each.join(Duration.ofNanos(leftNs))) {
                        LOG.log(
                                Level.WARNING,
                                "a thread was interrupted but has not ended in time thread="
                                        + LogField.quoted(each.getName()));
                        return;
                    }
                }
                if (running.size() == 1 && running.contains(Thread.currentThread())) return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
