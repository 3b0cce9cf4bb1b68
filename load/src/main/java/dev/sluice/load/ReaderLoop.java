package dev.sluice.load;

import dev.sluice.wire.WebSocketFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// A thread that opens its share of the readers and reads for all of them through one buffer.
final class ReaderLoop implements Runnable {
    private static final int BUFFER_BYTES = 64 << 10;

    /// Connections being opened at a time. More would overflow the
    /// backlog of a listening socket, and a lost SYN costs a second.
    private static final int OPENING_MAX = 64;

    /// Servers close connections of silent clients; an unsolicited Pong is allowed (RFC 6455 §5.5.3).
    private static final Duration PONG_EVERY = Duration.ofSeconds(20);

    private static final long SELECT_MS = 100;

    /// A reader to open: its channel, subset and path.
    record Opening(int channel, int subset, String path, boolean isStalled) {}

    /// A delayed task.
    private record Task(long atNs, Runnable work) {}

    private final Load load;
    private final Plan plan;
    private final Counts counts;
    private final Selector selector;
    private final Connector connector;
    private final ByteBuffer buffer;
    private final Queue<Opening> waiting;
    private final List<ReaderConnection> open = new ArrayList<>();
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::atNs));
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
        // The JDK decrypts arrays, and sockets without TLS fill native memory.
        this.buffer =
                plan.target().isTls() ? ByteBuffer.allocate(BUFFER_BYTES) : ByteBuffer.allocateDirect(BUFFER_BYTES);
        this.waiting = new ArrayDeque<>(openings);
        this.selector = Selector.open();
        if (plan.protocol().isWebSocket()) after(PONG_EVERY, this::sendPongs);
    }

    Protocol protocol() {
        return plan.protocol();
    }

    @Override
    public void run() {
        try (selector) {
            openMore();
            while (!load.isOver()) {
                selector.select(this::ready, waitMs());
                while (!tasks.isEmpty() && tasks.peek().atNs <= System.nanoTime())
                    tasks.remove().work.run();
            }
        } catch (IOException reason) {
            load.fail(reason);
        } finally {
            for (var each : open) close(each.connection().socket());
        }
    }

    private long waitMs() {
        if (tasks.isEmpty()) return SELECT_MS;
        return Math.clamp((tasks.peek().atNs - System.nanoTime()) / 1_000_000, 1, SELECT_MS);
    }

    private void after(Duration time, Runnable work) {
        tasks.add(new Task(System.nanoTime() + time.toNanos(), work));
    }

    private void openMore() throws IOException {
        while (opening < OPENING_MAX && !waiting.isEmpty()) {
            connect(plan.streams() == 0 ? reader() : readers());
            opening++;
        }
    }

    private Reader reader() throws IOException {
        return new Reader(connector.open(), this, plan, new Subscription(this, plan, waiting.remove()));
    }

    private Http2Readers readers() throws IOException {
        var subscriptions = new ArrayList<Subscription>();
        while (subscriptions.size() < plan.streams() && !waiting.isEmpty()) {
            subscriptions.add(new Subscription(this, plan, waiting.remove()));
        }
        return new Http2Readers(connector.open(), this, plan, subscriptions);
    }

    private void connect(ReaderConnection readers) throws IOException {
        var socket = readers.connection().socket();
        boolean isConnected = socket.connect(plan.target().address());
        if (isConnected) readers.write();
        socket.register(selector, isConnected ? readers.interest() : SelectionKey.OP_CONNECT, readers);
    }

    /// Called when all readers of a connection have received the head of a successful response.
    void opened(ReaderConnection readers) throws IOException {
        opening--;
        open.add(readers);
        if (plan.hello() != null) {
            readers.connection().write(frame(WebSocketFrame.TEXT, plan.hello().getBytes(StandardCharsets.UTF_8)));
        }
        for (int i = 0; i < readers.openReaders(); i++) load.readerOpened();
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
    void scheduleCut(Reader reader) {
        if (plan.cutEvery() == null) return;
        var socket = reader.connection().socket();
        after(random(plan.cutEvery().multipliedBy(2)), () -> {
            if (load.isPublishing() && socket.isOpen())
                lost(reader, new IOException("the connection was cut on purpose"));
        });
    }

    private static Duration random(Duration most) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(1, most.toNanos()));
    }

    private void ready(SelectionKey key) {
        var readers = (ReaderConnection) key.attachment();
        try {
            if (key.isConnectable()) readers.connection().socket().finishConnect();
            else if (key.isReadable()) read(readers);
            if (!key.isValid()) return; // Lost, or its loop is over.
            int interest = readers.interest();
            if ((interest & SelectionKey.OP_WRITE) != 0 || key.isConnectable()) {
                readers.write();
                interest = readers.interest();
            }
            if (interest != key.interestOps()) key.interestOps(interest);
        } catch (RejectedByServerException reason) {
            if (plan.resumes() && readers.wasOpen()) lost(readers, reason); // A starting server may not be ready.
            else load.fail(reason);
        } catch (IOException reason) {
            lost(readers, reason);
        }
    }

    private void read(ReaderConnection readers) throws IOException {
        window = load.window();
        nowUs = window == null ? 0 : window.nowUs();
        newEvents = 0;
        int bytes = readers.read(buffer);
        if (bytes < 0) lost(readers, new IOException("the server closed a connection before it answered"));
        else Counts.add(counts.bytes, bytes);
        if (newEvents == 0) return;
        counts.delivered.set(counts.delivered.getPlain() + newEvents); // Volatile, so that Flow sees it.
        load.progressed();
    }

    /// Closing the socket also removes it from the selector.
    private void lost(ReaderConnection readers, IOException reason) {
        close(readers.connection().socket());
        if (!readers.wasOpen()) load.fail(reason);
        else if (plan.resumes() && readers instanceof Reader reader)
            after(plan.comeBackAfter().plus(random(plan.comeBackAfter())), () -> reconnect(reader));
        else countBroken(readers.openReaders());
    }

    void countBroken(int readers) {
        Counts.add(counts.broken, readers);
    }

    private void reconnect(Reader reader) {
        try {
            reader.reconnect(connector.open());
            connect(reader);
        } catch (IOException reason) {
            lost(reader, reason);
        }
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

    private static ByteBuffer frame(int opcode, byte[] payload) {
        return ByteBuffer.wrap(
                WebSocketFrame.plain(WebSocketFrame.FIN | opcode, payload).bytes());
    }

    private void sendPongs() {
        after(PONG_EVERY, this::sendPongs);
        for (var each : open) {
            try {
                var connection = each.connection();
                if (connection.socket().isOpen()) connection.write(frame(WebSocketFrame.PONG, new byte[0]));
            } catch (IOException reason) {
                lost(each, reason);
            }
        }
    }

    private static void close(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException reason) {
            return; // Closed in any case.
        }
    }
}
