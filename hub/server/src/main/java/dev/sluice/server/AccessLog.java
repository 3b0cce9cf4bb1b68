package dev.sluice.server;

import dev.sluice.core.thread.PeriodicTask;
import dev.sluice.server.http.AccessLogEntry;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.SecretPaths;
import dev.sluice.server.http.head.Path;
import dev.sluice.server.http.head.Problem;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes a line for each request to the logger `dev.sluice.access`. A dedicated thread writes the lines, because
/// a terminal or a pipe may block and event loops must not. Lines that it cannot write in time are dropped,
/// counted and reported.
final class AccessLog implements ResponseListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.sluice.access");

    /// The maximum number of waiting lines, about two megabytes.
    static final int WAITING_MAX = 8_192;

    private static final int PATH_MAX = 256;
    private static final Pattern UNQUOTED = Pattern.compile("[\\p{Cc}\\p{Cs}\"]");

    private final ResponseListener next;
    private final SecretPaths secretPaths;
    private final Consumer<String> lines;
    private final ArrayBlockingQueue<String> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong lost = new AtomicLong();
    private final Thread writer;
    private volatile boolean isClosed;

    /// @param next  is notified of each response, too
    /// @param lines takes the lines; may block
    AccessLog(ResponseListener next, SecretPaths secretPaths, Consumer<String> lines) {
        this.next = next;
        this.secretPaths = secretPaths;
        this.lines = lines;
        this.writer = Thread.ofPlatform().name("sluice-access-log").daemon().unstarted(this::write);
    }

    AccessLog(ResponseListener next, SecretPaths secretPaths) {
        this(next, secretPaths, line -> LOG.log(Level.INFO, line));
    }

    /// Starts the thread that writes; until then lines wait.
    void start() {
        writer.start();
    }

    @Override
    public boolean isLogging() {
        return true;
    }

    @Override
    public void refused(Problem problem) {
        next.refused(problem);
    }

    @Override
    public void answered(AccessLogEntry request) {
        if (!waiting.offer(line(request))) lost.incrementAndGet();
    }

    private String line(AccessLogEntry request) {
        return "request method=" + request.method()
                + " path=" + path(request.path())
                + " status=" + request.status()
                + " bytes=" + request.bytes()
                + " ms=" + millis(request.ns())
                + " principal=" + quoted(request.principal())
                + " address=" + request.address();
    }

    /// Formats three decimals without a formatter, because an event loop does this for each request.
    private static String millis(long ns) {
        long micros = (ns + 500) / 1_000;
        return micros / 1_000 + "." + Long.toString(1_000 + micros % 1_000).substring(1);
    }

    private String path(String raw) {
        String shown = raw.startsWith("/") ? secretPaths.shown(Path.of(raw)) : raw;
        return shown.length() > PATH_MAX ? shown.substring(0, PATH_MAX) + "…" : shown;
    }

    /// Removes control characters and quotation marks: users choose names, and a name must not end its line or
    /// quotes.
    private static String quoted(String name) {
        return '"' + UNQUOTED.matcher(name).replaceAll("?") + '"';
    }

    private void write() {
        PeriodicTask.run(
                Duration.ZERO, failed -> LOG.log(Level.ERROR, "a line could not be written", failed), this::writeNext);
    }

    private boolean writeNext() throws InterruptedException {
        String line = next();
        if (line == null) return false;
        lines.accept(line);
        long missing = lost.getAndSet(0);
        if (missing > 0) lines.accept("the access log is too slow, lines were dropped lines=" + missing);
        return true;
    }

    /// Waits for the next line; returns null once the log is closed and no line waits.
    private @Nullable String next() throws InterruptedException {
        while (true) {
            boolean isLast = isClosed;
            String line = waiting.poll(isLast ? 0 : 100, TimeUnit.MILLISECONDS);
            if (line != null || isLast) return line;
        }
    }

    /// Ends the log after the waiting lines are written. Blocks.
    @Override
    public void close() {
        isClosed = true;
        try {
            writer.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
