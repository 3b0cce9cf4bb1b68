package dev.sluice.app.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Checks whether connections are cut while it watches, and after which time: a silent stream, a silent
/// WebSocket, and a stream with events, all at the same time.
final class CutProbe implements Probe {
    /// The hub's heartbeats, by default every 15 s, keep a connection from being idle for longer.
    private static final Duration HEARTBEAT = Duration.ofSeconds(20);

    private static final int BUSY_MS = 500;
    private static final int BUSY_EVENTS_MAX = 150;

    /// The extra time of streams, so that the hub does not end one before the watch is over.
    private static final long AFTERWARDS_MS = 2_000;

    private final Duration watch;

    CutProbe(Duration watch) {
        this.watch = watch;
    }

    @Override
    public String name() {
        return "cut";
    }

    @Override
    public ProbeResult run(HubPath path) throws IOException, InterruptedException {
        long watchMs = watch.toMillis();
        long silentMs = watchMs + AFTERWARDS_MS;
        long busyMs = Math.max(BUSY_MS, watchMs / BUSY_EVENTS_MAX);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<@Nullable Duration> silent = threads.submit(() -> stream(path, 2, silentMs));
            Future<@Nullable Duration> busy =
                    threads.submit(() -> stream(path, (int) ((watchMs + AFTERWARDS_MS) / busyMs), busyMs));
            Future<@Nullable Duration> socket = threads.submit(() -> socket(path, silentMs));
            return result(get(silent), get(busy), get(socket));
        }
    }

    private static @Nullable Duration get(Future<@Nullable Duration> cut) throws IOException, InterruptedException {
        try {
            return cut.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException cause) throw cause;
            throw new IllegalStateException(failed.getCause());
        }
    }

    /// @param silent how long each connection lasted; null for longer than the watch
    ProbeResult result(@Nullable Duration silent, @Nullable Duration busy, @Nullable Duration socket) {
        List<Finding> findings = new ArrayList<>();
        if (busy != null) {
            findings.add(Finding.warning("total-cut", "a stream with events was cut after " + seconds(busy)));
        }
        if (silent != null && isForSilence(silent, busy)) findings.add(idle("a stream", silent));
        if (socket != null && isForSilence(socket, busy)) findings.add(idle("a WebSocket", socket));
        return new ProbeResult(name(), "no connection was cut within " + seconds(watch), findings);
    }

    /// Returns true if silence is the cause: the stream with events was not cut at the same time.
    private static boolean isForSilence(Duration silent, @Nullable Duration busy) {
        return busy == null || silent.toMillis() < busy.toMillis() * 4 / 5;
    }

    private static Finding idle(String what, Duration after) {
        String seen = what + " without events was cut after " + seconds(after);
        return after.compareTo(HEARTBEAT) < 0 ? Finding.error("idle-cut", seen) : Finding.note("idle-cut", seen);
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }

    /// @return how long it lasted; null if it lasted longer than the watch, or did not begin
    private @Nullable Duration stream(HubPath path, int events, long everyMs) throws IOException, InterruptedException {
        HttpRequest request = path.request("stream", "events=" + events + "&every=" + everyMs)
                .setHeader("Accept-Encoding", "identity")
                .timeout(watch)
                .build();
        long beginNs = System.nanoTime();
        HttpResponse<InputStream> answer;
        try {
            answer = path.http().send(request, BodyHandlers.ofInputStream());
        } catch (IOException late) {
            return null; // A proxy holds it back, which another probe finds.
        }
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != 200) return null;
            var count = new AtomicInteger();
            var reader = Thread.ofVirtual().start(() -> readToEnd(body, count));
            boolean isCut = reader.join(left(beginNs)) && count.get() < events;
            return isCut ? Duration.ofNanos(System.nanoTime() - beginNs) : null;
        }
    }

    private Duration left(long beginNs) {
        Duration left = watch.minusNanos(System.nanoTime() - beginNs);
        return left.isPositive() ? left : Duration.ofMillis(1);
    }

    private static void readToEnd(InputStream body, AtomicInteger count) {
        try {
            StampedEvents.read(body, _ -> count.incrementAndGet());
        } catch (IOException cut) {
            // Counts like any other end.
        }
    }

    private @Nullable Duration socket(HubPath path, long everyMs) throws InterruptedException {
        var messages = new SocketMessages();
        long beginNs = System.nanoTime();
        WebSocket socket;
        try {
            socket = messages.open(path, 2, everyMs).get(left(beginNs).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException refused) {
            return null; // Another probe finds this.
        }
        try {
            boolean isCut = messages.endsWithin(left(beginNs)) && messages.count() < 2;
            return isCut ? Duration.ofNanos(System.nanoTime() - beginNs) : null;
        } finally {
            socket.abort();
        }
    }
}
