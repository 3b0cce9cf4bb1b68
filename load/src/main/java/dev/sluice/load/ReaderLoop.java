package dev.sluice.load;

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

    /// A reader to open: its channel, subset and request.
    record Opening(int channel, int subset, String request, boolean isStalled) {}

    /// A delayed task.
    private record Task(long atNs, Runnable work) {}

    private final Load load;
    private final Plan plan;
    private final Counts counts;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Queue<Opening> waiting;
    private final List<Reader> open = new ArrayList<>();
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::atNs));
    private int opening;

    // The current read:
    private @Nullable Window window;
    private int nowUs;
    private int newEvents;

    ReaderLoop(Load load, Plan plan, Counts counts, List<Opening> openings) throws IOException {
        this.load = load;
        this.plan = plan;
        this.counts = counts;
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
            for (var reader : open) close(reader.socket());
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
            var socket = SocketChannel.open();
            var reader = new Reader(socket, this, plan, waiting.remove());
            connect(socket, reader);
            opening++;
        }
    }

    private void connect(SocketChannel socket, Reader reader) throws IOException {
        socket.configureBlocking(false);
        int interest = socket.connect(plan.target().address()) ? reader.connect() : SelectionKey.OP_CONNECT;
        socket.register(selector, interest, reader);
    }

    /// Called by a reader when it has received the head of a successful response.
    void opened(Reader reader) throws IOException {
        opening--;
        open.add(reader);
        if (plan.hello() != null) reader.socket().write(Frames.text(plan.hello().getBytes(StandardCharsets.UTF_8)));
        if (reader.isStalled()) reader.socket().keyFor(selector).interestOps(0);
        else scheduleCut(reader);
        load.readerOpened();
        openMore();
    }

    /// As [#opened], for a reader that has reconnected. Returns the current time in microseconds.
    int resumed(Reader reader) {
        Counts.add(counts.resumed, 1);
        counts.firstResumedUs = Math.min(counts.firstResumedUs, nowUs);
        scheduleCut(reader);
        return nowUs;
    }

    /// Called when a reader has received an event published after its reconnect.
    void caughtUp() {
        Counts.add(counts.caughtUp, 1);
        counts.lastCaughtUpUs = nowUs;
    }

    /// Schedules a cut of the connection. Intervals are uniformly distributed up to twice the average.
    private void scheduleCut(Reader reader) {
        if (plan.cutEvery() == null) return;
        var socket = reader.socket();
        after(random(plan.cutEvery().multipliedBy(2)), () -> {
            if (load.isPublishing() && socket.isOpen())
                lost(reader, new IOException("the connection was cut on purpose"));
        });
    }

    private static Duration random(Duration most) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(1, most.toNanos()));
    }

    private void ready(SelectionKey key) {
        var reader = (Reader) key.attachment();
        try {
            if (key.isReadable()) read(reader);
            else if (key.isConnectable()) key.interestOps(reader.connect());
            else key.interestOps(reader.write());
        } catch (RefusedByServer reason) {
            if (plan.resumes() && reader.wasOpen()) lost(reader, reason); // A starting server may not be ready.
            else load.fail(reason);
        } catch (IOException reason) {
            lost(reader, reason);
        }
    }

    private void read(Reader reader) throws IOException {
        window = load.window();
        nowUs = window == null ? 0 : window.nowUs();
        newEvents = 0;
        int bytes = reader.read(buffer);
        if (bytes < 0) lost(reader, new IOException("the server closed a connection before it answered"));
        else Counts.add(counts.bytes, bytes);
        if (newEvents == 0) return;
        counts.delivered.set(counts.delivered.getPlain() + newEvents); // Volatile, so that Flow sees it.
        load.progressed();
    }

    /// Closing the socket also removes it from the selector.
    private void lost(Reader reader, IOException reason) {
        close(reader.socket());
        if (!reader.wasOpen()) load.fail(reason);
        else if (plan.resumes())
            after(plan.comeBackAfter().plus(random(plan.comeBackAfter())), () -> reconnect(reader));
        else Counts.add(counts.broken, 1);
    }

    private void reconnect(Reader reader) {
        try {
            var socket = SocketChannel.open();
            reader.reconnect(socket);
            connect(socket, reader);
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

    private void sendPongs() {
        after(PONG_EVERY, this::sendPongs);
        for (var reader : open) {
            try {
                if (reader.socket().isOpen()) reader.socket().write(Frames.pong());
            } catch (IOException reason) {
                lost(reader, reason);
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
