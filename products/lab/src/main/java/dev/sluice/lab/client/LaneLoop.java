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

/// The thread of the clients of a lane, and their way to the hub. For use on that thread, unless stated otherwise.
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

    /// Starts it.
    ///
    /// @param address of the line
    /// @param tls     null: without TLS
    /// @param clockNs of the times in events
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

    /// Calls this on its thread, and waits for the result; for use on other threads.
    public <T> T call(Callable<T> work) throws InterruptedException {
        var task = new FutureTask<>(work);
        events.execute(task);
        try {
            return task.get(CALL_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("the clients of a lane do not run any more", failed);
        }
    }

    /// Runs this on its thread; for use on other threads.
    void execute(Runnable work) {
        events.execute(work);
    }

    void after(long ms, Runnable work) {
        events.after(Duration.ofMillis(ms), work);
    }

    /// Begins to connect.
    ///
    /// @throws IOException if there is no socket left
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

    /// The origin of the page whose requests these are.
    String origin() {
        return (target.isTls() ? "https://" : "http://") + target.authority();
    }

    /// Returns a request that publishes.
    Request post(byte[] data) {
        var all = headers.ofRequest(origin(), "*/*");
        all.put("Content-Type", "text/plain");
        return Request.post("/channels/" + LabClient.UP, all, data);
    }

    /// When the bytes arrived that are read now.
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

    /// Closes all connections, and waits for its thread.
    @Override
    public void close() {
        events.end();
        ThreadEnd.await(thread);
    }
}
