package dev.sluice.load;

import dev.sluice.load.http.Connector;
import dev.sluice.load.http.EventLoop;
import dev.sluice.load.http.HttpConnection;
import dev.sluice.load.http.RejectedByServerException;
import dev.sluice.wire.WebSocketFrame;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Opens its share of the readers on one thread, and counts what they receive.
final class ReaderLoop implements Runnable, EventLoop.Watcher {
    /// Connections being opened at a time. More would overflow the
    /// backlog of a listening socket, and a lost SYN costs a second.
    private static final int OPENING_MAX = 64;

    /// Servers close connections of silent clients; an unsolicited Pong is allowed (RFC 6455 §5.5.3).
    private static final Duration PONG_EVERY = Duration.ofSeconds(20);

    /// A reader to open: its channel, subset and path.
    record Opening(int channel, int subset, String path, boolean isStalled) {}

    private final Load load;
    private final Plan plan;
    private final Counts counts;
    private final EventLoop events;
    private final Connector connector;
    private final Queue<Opening> waiting;
    private int opening;

    // The current read:
    private @Nullable Window window;
    private int nowUs;
    private int newEvents;

    ReaderLoop(Load load, Plan plan, Connector connector, Counts counts, List<Opening> openings) throws IOException {
        this.load = load;
        this.plan = plan;
        this.connector = connector;
        this.counts = counts;
        this.waiting = new ArrayDeque<>(openings);
        events = new EventLoop(plan.target().isTls(), this);
        if (plan.protocol().isWebSocket()) events.after(PONG_EVERY, this::sendPongs);
    }

    @Override
    public void run() {
        try {
            openMore();
            events.run();
        } catch (IOException reason) {
            load.fail(reason);
        }
    }

    void end() {
        events.end();
    }

    private void openMore() throws IOException {
        while (opening < OPENING_MAX && !waiting.isEmpty()) {
            events.connect(plan.streams() == 0 ? connector.http1(next()) : connector.http2(nextOfOne()), address());
            opening++;
        }
    }

    private InetSocketAddress address() {
        return plan.target().address();
    }

    private Subscription next() {
        return new Subscription(this, plan, waiting.remove());
    }

    private List<Subscription> nextOfOne() {
        var subscriptions = new ArrayList<Subscription>();
        while (subscriptions.size() < plan.streams() && !waiting.isEmpty()) subscriptions.add(next());
        return subscriptions;
    }

    /// Called when all readers of a connection have received the head of a successful response.
    void opened(HttpConnection connection) throws IOException {
        opening--;
        if (plan.hello() != null) {
            send(connection, WebSocketFrame.TEXT, plan.hello().getBytes(StandardCharsets.UTF_8));
        }
        for (int i = 0; i < connection.openReaders(); i++) load.readerOpened();
        openMore();
    }

    /// Called by a reader that has reconnected. Returns the current time in microseconds.
    int resumed() {
        Counts.add(counts.resumed, 1);
        counts.firstResumedUs = Math.min(counts.firstResumedUs, nowUs);
        return nowUs;
    }

    /// Called when a reader has received an event published after its reconnect.
    void caughtUp() {
        Counts.add(counts.caughtUp, 1);
        counts.lastCaughtUpUs = nowUs;
    }

    /// Schedules a cut of the connection. Intervals are uniformly distributed up to twice the average.
    void scheduleCut(HttpConnection connection) {
        if (plan.cutEvery() == null) return;
        events.after(random(plan.cutEvery().multipliedBy(2)), () -> {
            if (load.isPublishing() && connection.isConnected())
                events.lose(connection, new IOException("the connection was cut on purpose"));
        });
    }

    private static Duration random(Duration most) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(1, most.toNanos()));
    }

    @Override
    public void reads() {
        window = load.window();
        nowUs = window == null ? 0 : window.nowUs();
        newEvents = 0;
    }

    @Override
    public void hasRead(int bytes) {
        Counts.add(counts.bytes, bytes);
        if (newEvents == 0) return;
        counts.delivered.set(counts.delivered.getPlain() + newEvents); // Volatile, so that Flow sees it.
        load.progressed();
    }

    /// Called when a connection of this reader, or of several, is lost. A starting server may not be ready for one that
    /// was open before.
    void lost(Subscription subscription, HttpConnection connection, IOException reason) {
        boolean wasOpen = subscription.wasOpen() && !connection.isOpening();
        if (!wasOpen || (reason instanceof RejectedByServerException && !plan.resumes())) load.fail(reason);
        else if (plan.resumes()) reconnect(subscription);
        else countBroken(connection.openReaders());
    }

    void countBroken(int readers) {
        Counts.add(counts.broken, readers);
    }

    private void reconnect(Subscription subscription) {
        events.after(plan.comeBackAfter().plus(random(plan.comeBackAfter())), () -> {
            try {
                events.connect(connector.http1(subscription), address());
            } catch (IOException noSocket) {
                reconnect(subscription);
            }
        });
    }

    void count(SequenceChecker.Verdict verdict, int dueUs) {
        switch (verdict) {
            case NEXT -> newEvents++;
            case LATE -> {
                newEvents++;
                Counts.add(counts.late, 1);
            }
            case REPEATED -> {
                Counts.add(counts.repeated, 1);
                return;
            }
        }
        if (window != null && window.counts(dueUs, nowUs)) counts.latency.recordValue(Math.max(0, nowUs - dueUs));
    }

    void countDamaged() {
        Counts.add(counts.damaged, 1);
    }

    private void send(HttpConnection connection, int opcode, byte[] payload) {
        connection.send(
                WebSocketFrame.plain(WebSocketFrame.FIN | opcode, payload).bytes());
        events.flush(connection);
    }

    private void sendPongs() {
        events.after(PONG_EVERY, this::sendPongs);
        for (var each : events.connections()) if (each.openReaders() > 0) send(each, WebSocketFrame.PONG, new byte[0]);
    }
}
