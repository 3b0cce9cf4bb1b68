package dev.sluice.relay;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The calls of models that are in progress, with their limits. Safe for use by many threads.
final class ModelCalls {
    private static final int STOP_MAX_S = 2;
    private static final int CALLERS_SHARE = 10; // One caller may have a tenth.

    private final int max;
    private final Map<String, Integer> byCaller = new HashMap<>(); // Guarded by itself.
    private int count; // Guarded by byCaller.
    private final Set<ModelCall> running = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("relay").factory());
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("relay silence").factory());
    private boolean isClosed; // Guarded by byCaller.

    ModelCalls(int max, Duration silentMax) {
        this.max = max;
        long nanos = silentMax.toNanos();
        watch.scheduleWithFixedDelay(
                () -> running.forEach(call -> call.endIfSilent(nanos)), nanos / 10, nanos / 10, TimeUnit.NANOSECONDS);
    }

    /// Takes a place for a call of this caller.
    ///
    /// @return the place's status: 200, or 429 or 503 if there is none
    int take(String caller) {
        synchronized (byCaller) {
            if (count >= max || isClosed) return 503;
            int own = byCaller.getOrDefault(caller, 0);
            if (own >= Math.max(1, max / CALLERS_SHARE)) return 429;
            byCaller.put(caller, own + 1);
            count++;
            return 200;
        }
    }

    void giveBack(String caller) {
        synchronized (byCaller) {
            byCaller.computeIfPresent(caller, (_, own) -> own == 1 ? null : own - 1);
            count--;
        }
    }

    /// Runs a call on its own thread, and then gives its place back.
    void start(String caller, ModelCall call) {
        running.add(call);
        threads.execute(() -> {
            try {
                call.run();
            } finally {
                running.remove(call);
                giveBack(caller);
            }
        });
    }

    /// Ends all answers, with the reason that the hub stops, and waits until that is stored.
    void close() throws InterruptedException {
        synchronized (byCaller) {
            isClosed = true;
        }
        watch.shutdownNow();
        running.forEach(call -> call.fail(Failure.STOPPING));
        threads.shutdown();
        threads.awaitTermination(STOP_MAX_S, TimeUnit.SECONDS);
    }
}
