package dev.sluice.relay;

import dev.sluice.Response;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The calls of models that are in progress, with their limits. Safe for use by many threads.
final class ModelCalls {
    /// How long an answer waits for its relay, so that one of a hub that was killed has an end after the restart.
    static final Duration LEASE = Duration.ofSeconds(15);

    private static final int STOP_MAX_S = 2;
    private static final int CALLERS_SHARE = 10; // One caller may have a tenth.
    private static final int CALL_BYTES = 64 << 10; // Besides the request: buffers, headers, a usual event.
    private static final int EVENTS_SHARE = 8; // An eighth of the memory is left to events that are larger.

    private final int max;
    private final LongSupplier memoryBytes;
    private @Nullable Semaphore memory; // In KiB. Guarded by byCaller.
    private final Map<String, Integer> byCaller = new HashMap<>(); // Guarded by itself.
    private int count; // Guarded by byCaller.
    private final Set<ModelCall> running = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("relay").factory());
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("relay silence").factory());
    private boolean isClosed; // Guarded by byCaller.

    /// @param memoryBytes what all calls may take together; known after the hub's start
    ModelCalls(int max, LongSupplier memoryBytes, Duration silentMax) {
        this.max = max;
        this.memoryBytes = memoryBytes;
        long nanos = silentMax.toNanos();
        watch.scheduleWithFixedDelay(
                () -> running.forEach(call -> call.endIfSilent(nanos)), nanos / 10, nanos / 10, TimeUnit.NANOSECONDS);
        long renewalMs = LEASE.toMillis() / 3;
        watch.scheduleWithFixedDelay(this::renewLeases, renewalMs, renewalMs, TimeUnit.MILLISECONDS);
    }

    /// Takes a place for a call of this caller.
    ///
    /// @param requestBytes the size of its request, which stays in memory until the call ends
    /// @throws RefusedException if there is no place
    Place take(String caller, int requestBytes) {
        synchronized (byCaller) {
            if (count >= max || isClosed)
                throw refusal(503, "As many answers are in progress as relay.answers_max permits: try again later.");
            int own = byCaller.getOrDefault(caller, 0);
            if (own >= Math.max(1, max / CALLERS_SHARE))
                throw refusal(
                        429, "This caller has as many answers in progress as it may have: wait until one has ended.");
            int allKiB = (int) (memoryBytes.getAsLong() / 1024);
            if (memory == null) memory = new Semaphore(allKiB);
            var place = new Place(memory, allKiB / EVENTS_SHARE, () -> giveBack(caller));
            place.take(CALL_BYTES + requestBytes);
            byCaller.put(caller, own + 1);
            count++;
            return place;
        }
    }

    private static RefusedException refusal(int status, String detail) {
        return new RefusedException(Response.problem(status, detail).header("Retry-After", "5"));
    }

    private void giveBack(String caller) {
        synchronized (byCaller) {
            byCaller.computeIfPresent(caller, (_, own) -> own == 1 ? null : own - 1);
            count--;
        }
    }

    /// Runs a call on its own thread, and then gives its place back.
    void start(Place place, ModelCall call) {
        running.add(call);
        threads.execute(() -> {
            try {
                call.run();
            } finally {
                running.remove(call);
                place.close();
            }
        });
    }

    private void renewLeases() {
        for (ModelCall call : running) threads.execute(call::renewLease);
    }

    /// Closes a stream unless it has been read within this time. The returned future must be cancelled then.
    Future<?> closeAfter(Duration max, InputStream stream) {
        return watch.schedule(() -> ModelCall.close(stream), max.toMillis(), TimeUnit.MILLISECONDS);
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
