package dev.sluice.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// A thread that opens its share of the readers and then reads for all of them through one buffer.
final class ReaderLoop implements Runnable {
    private static final int BUFFER_BYTES = 64 << 10;

    /// More would overrun the backlog of a listening socket, and a lost SYN costs a second.
    private static final int OPENING_MAX = 64;

    /// Servers end who is silent for long; a Pong need not be asked for (RFC 6455 §5.5.3).
    private static final long PONG_EVERY_NS = 20_000_000_000L;

    private static final long SELECT_MS = 100;

    /// What is to be opened: the reader's channel, subset and request.
    record Opening(int channel, int subset, String request, boolean isStalled) {}

    private final Load load;
    private final Plan plan;
    private final Counts counts;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Queue<Opening> waiting;
    private final List<Reader> open = new ArrayList<>();
    private int opening;
    private long pongAtNs = System.nanoTime() + PONG_EVERY_NS;

    // Of the read that is under way.
    private int nowUs;
    private int brought;
    private @Nullable Window window;

    ReaderLoop(Load load, Plan plan, Counts counts, List<Opening> openings) throws IOException {
        this.load = load;
        this.plan = plan;
        this.counts = counts;
        this.waiting = new ArrayDeque<>(openings);
        this.selector = Selector.open();
    }

    Protocol protocol() {
        return plan.protocol();
    }

    @Override
    public void run() {
        try (selector) {
            openMore();
            while (!load.isOver()) {
                selector.select(this::ready, SELECT_MS);
                if (plan.protocol().isWebSocket() && System.nanoTime() >= pongAtNs) sendPongs();
            }
        } catch (IOException reason) {
            load.fail(reason);
        } finally {
            closeAll();
        }
    }

    private void openMore() throws IOException {
        while (opening < OPENING_MAX && !waiting.isEmpty()) {
            var next = waiting.remove();
            var socket = SocketChannel.open();
            socket.configureBlocking(false);
            var reader = new Reader(socket, this, plan, next);
            int interest = socket.connect(plan.target().address()) ? reader.connect() : SelectionKey.OP_CONNECT;
            socket.register(selector, interest, reader);
            opening++;
        }
    }

    /// An answer has begun well; called by the reader while it reads.
    void opened(Reader reader) throws IOException {
        opening--;
        open.add(reader);
        if (plan.hello() != null) reader.socket().write(Frames.text(plan.hello().getBytes(StandardCharsets.UTF_8)));
        if (reader.isStalled()) reader.socket().keyFor(selector).interestOps(0);
        load.readerOpened();
        openMore();
    }

    private void ready(SelectionKey key) {
        var reader = (Reader) key.attachment();
        try {
            if (key.isReadable()) read(key, reader);
            else if (key.isConnectable()) key.interestOps(reader.connect());
            else key.interestOps(reader.write());
        } catch (RefusedByServer reason) {
            load.fail(reason);
        } catch (IOException reason) {
            lost(key, reader, reason);
        }
    }

    private void read(SelectionKey key, Reader reader) throws IOException {
        window = load.window();
        nowUs = window == null ? 0 : window.nowUs();
        brought = 0;
        int bytes = reader.read(buffer);
        if (bytes < 0) lost(key, reader, new IOException("the server closed a connection before it answered"));
        else Counts.add(counts.bytes, bytes);
        if (brought == 0) return;
        counts.delivered.set(counts.delivered.getPlain() + brought); // Volatile: Flow must not miss it.
        load.progressed();
    }

    private void lost(SelectionKey key, Reader reader, IOException reason) {
        key.cancel();
        close(reader.socket());
        if (reader.isOpen()) Counts.add(counts.broken, 1);
        else load.fail(reason);
    }

    void count(Order.Verdict verdict, int dueUs) {
        switch (verdict) {
            case NEXT -> brought++;
            case LATE -> {
                brought++;
                Counts.add(counts.late, 1);
            }
            case REPEATED -> {
                Counts.add(counts.repeated, 1);
                return;
            }
        }
        if (window != null && window.contains(dueUs)) counts.latency.recordValue(Math.max(0, nowUs - dueUs));
    }

    void countDamaged() {
        Counts.add(counts.damaged, 1);
    }

    private void sendPongs() throws IOException {
        pongAtNs = System.nanoTime() + PONG_EVERY_NS;
        for (var reader : open) if (reader.socket().isOpen()) reader.socket().write(Frames.pong());
    }

    private void closeAll() {
        for (var reader : open) close(reader.socket());
    }

    private static void close(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException reason) {
            return; // It is gone, which is what was wanted.
        }
    }
}
