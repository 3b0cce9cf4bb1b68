package dev.sluice.sense.agent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The samples that the hub has not accepted yet, in order. Above [#BYTES_MAX], the oldest samples are
/// dropped and counted. Safe for use by many threads.
final class SampleBuffer {
    /// About two hours of samples at one per second, and little compared to the agent's other memory.
    static final long BYTES_MAX = 16L << 20;

    /// The memory of an entry in addition to its text.
    private static final int ENTRY_BYTES = 64;

    private final long bytesMax;
    private final ArrayDeque<String> samples = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private long bytes;
    private long dropped;

    SampleBuffer(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    void add(String sample) {
        lock.lock();
        try {
            samples.addLast(sample);
            bytes += size(sample);
            while (bytes > bytesMax && samples.size() > 1) {
                bytes -= size(samples.removeFirst());
                dropped++;
            }
            added.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Counts samples that were taken and that the hub will never accept.
    void refused(int count) {
        lock.lock();
        try {
            dropped += count;
        } finally {
            lock.unlock();
        }
    }

    /// Removes and returns the oldest samples. Blocks while there are none.
    List<String> take(int max) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (samples.isEmpty()) added.await();
            List<String> taken = new ArrayList<>();
            while (taken.size() < max && !samples.isEmpty()) {
                String sample = samples.removeFirst();
                bytes -= size(sample);
                taken.add(sample);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Returns the number of waiting samples.
    int size() {
        lock.lock();
        try {
            return samples.size();
        } finally {
            lock.unlock();
        }
    }

    /// Returns the number of samples that were dropped or refused so far.
    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    private static long size(String sample) {
        return (long) sample.length() + ENTRY_BYTES;
    }
}
