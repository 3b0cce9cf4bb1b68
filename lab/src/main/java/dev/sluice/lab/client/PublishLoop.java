package dev.sluice.lab.client;

import dev.sluice.wire.Payload;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Publishes for one client, at a steady rate from a random time on, on a thread of its own.
public final class PublishLoop implements AutoCloseable {
    private static final double NS = 1e9;

    private final EventSink out;
    private final int size;
    private final double rate;
    private final AtomicInteger numbers;
    private final Thread thread = Thread.ofVirtual().name("sluice-lab-sender").unstarted(this::run);
    private volatile boolean isOver;
    private final AtomicLong sent = new AtomicLong();

    private PublishLoop(EventSink out, int size, double rate, AtomicInteger numbers) {
        this.out = out;
        this.size = size;
        this.rate = rate;
        this.numbers = numbers;
    }

    static PublishLoop start(EventSink out, int size, double rate, AtomicInteger numbers) {
        var sender = new PublishLoop(out, size, rate, numbers);
        sender.thread.start();
        return sender;
    }

    /// The events that were handed to the connection.
    public long sent() {
        return sent.get();
    }

    private void run() {
        long dueNs = System.nanoTime() + (long) (ThreadLocalRandom.current().nextDouble() * NS / rate);
        try {
            while (!isOver) {
                long waitNs = dueNs - System.nanoTime();
                if (waitNs > 0) {
                    LockSupport.parkNanos(this, waitNs); // Until then, or until it is closed.
                    continue;
                }
                try {
                    out.send(Payload.of(size, 0, numbers.getAndIncrement(), (int) (System.nanoTime() / 1_000)));
                    sent.incrementAndGet();
                } catch (IOException lost) {
                    Thread.sleep(Backoff.ms(0));
                }
                dueNs += (long) (NS / rate);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends after the event that is being sent.
    @Override
    public void close() {
        isOver = true;
        LockSupport.unpark(thread);
        ThreadEnd.await(thread);
    }
}
