package dev.sluice.lab.client;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/// Publishes for one client, at a steady rate from a random time on, on a thread of its own.
public final class Sender implements AutoCloseable {
    private static final double NS = 1e9;

    private final Outgoing out;
    private final int size;
    private final double rate;
    private final AtomicLong numbers;
    private final Thread thread = Thread.ofVirtual().name("sluice-lab-sender").unstarted(this::run);
    private volatile boolean isOver;
    private final AtomicLong sent = new AtomicLong();

    private Sender(Outgoing out, int size, double rate, AtomicLong numbers) {
        this.out = out;
        this.size = size;
        this.rate = rate;
        this.numbers = numbers;
    }

    static Sender start(Outgoing out, int size, double rate, AtomicLong numbers) {
        var sender = new Sender(out, size, rate, numbers);
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
                Thread.sleep(Math.max(0, (dueNs - System.nanoTime()) / 1_000_000));
                if (isOver) return;
                try {
                    out.send(Payload.of(size, numbers.getAndIncrement(), System.nanoTime()));
                    sent.incrementAndGet();
                } catch (IOException lost) {
                    Thread.sleep(Pause.backoffMs(0));
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
        Ending.await(thread);
    }
}
