package dev.sluice.lab.client;

import dev.sluice.lab.plan.Technique;
import dev.sluice.load.http.Connector;
import dev.sluice.load.http.EventLoop;
import dev.sluice.load.http.HttpConnection;
import dev.sluice.load.http.Request;
import dev.sluice.load.http.Subscriber;
import dev.sluice.load.http.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The thread of a lane's clients, and their connection to the hub. Used only on that thread, unless stated
/// otherwise.
public final class LaneLoop implements EventLoop.Watcher, AutoCloseable {
    private static final long CALL_SECONDS_MAX = 30;

    private final Target target;
    private final Connector connector;
    private final RequestHeaders headers;
    private final LaneMetrics metrics;
    private final LongSupplier clockNs;
    private final EventLoop events;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("sluice-lab-clients").unstarted(this::run);
    private long nowNs;

    private LaneLoop(
            InetSocketAddress address,
            RequestHeaders headers,
            @Nullable SSLContext tls,
            LaneMetrics metrics,
            LongSupplier clockNs)
            throws IOException {
        target = Target.of(address, tls != null);
        connector = new Connector(target, tls);
        events = new EventLoop(target.isTls(), this);
        this.headers = headers;
        this.metrics = metrics;
        this.clockNs = clockNs;
    }

    /// Starts the thread.
    ///
    /// @param address the address of the line
    /// @param tls     null for connections without TLS
    /// @param clockNs the clock from which events take their times
    public static LaneLoop start(
            InetSocketAddress address,
            RequestHeaders headers,
            @Nullable SSLContext tls,
            LaneMetrics metrics,
            LongSupplier clockNs)
            throws IOException {
        var loop = new LaneLoop(address, headers, tls, metrics, clockNs);
        loop.thread.start();
        return loop;
    }

    private void run() {
        try {
            events.run();
        } catch (IOException | RuntimeException broken) {
            metrics.failed(broken);
        }
    }

    /// Runs the work on this loop's thread and waits for the result. May be called on any other thread.
    public <T> T call(Callable<T> work) throws InterruptedException {
        var task = new FutureTask<>(work);
        events.execute(task);
        try {
            return task.get(CALL_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("the clients of a lane do not run any more", failed);
        }
    }

    /// Runs the work on this loop's thread. May be called on any thread.
    void execute(Runnable work) {
        events.execute(work);
    }

    void after(long ms, Runnable work) {
        events.after(Duration.ofMillis(ms), work);
    }

    /// Starts to connect.
    ///
    /// @throws IOException if no socket is available
    void connect(Technique lane, Subscriber subscriber) throws IOException {
        events.connect(
                lane == Technique.SSE_HTTP2 ? connector.http2(List.of(subscriber)) : connector.http1(subscriber),
                target.address());
    }

    void flush(HttpConnection connection) {
        events.flush(connection);
    }

    LaneMetrics metrics() {
        return metrics;
    }

    RequestHeaders headers() {
        return headers;
    }

    /// Returns the origin of the page that would send these requests.
    String origin() {
        return (target.isTls() ? "https://" : "http://") + target.authority();
    }

    /// Returns a request that publishes an event.
    Request post(byte[] data) {
        var all = headers.ofRequest(origin(), "*/*");
        all.put("Content-Type", "text/plain");
        return Request.post("/channels/" + LabClient.UP, all, data);
    }

    /// Returns the arrival time of the bytes that are being read.
    long nowNs() {
        return nowNs;
    }

    @Override
    public void reads() {
        nowNs = clockNs.getAsLong();
    }

    @Override
    public void hasRead(int bytes) {
        if (target.isTls()) metrics.plainDown(bytes);
    }

    @Override
    public void hasWritten(int bytes) {
        if (target.isTls()) metrics.plainUp(bytes);
    }

    /// Closes all connections and waits until the thread has ended.
    @Override
    public void close() {
        events.end();
        ThreadEnd.await(thread);
    }
}
