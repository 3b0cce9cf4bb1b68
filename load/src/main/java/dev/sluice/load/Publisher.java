package dev.sluice.load;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One connection that publishes, with several requests under way. Lives on the publishing thread.
final class Publisher {
    private static final int OUT_BYTES_MIN = 32 << 10;
    private static final long TRY_AGAIN_NS = 20_000_000;

    /// What has become of events.
    interface Outcome {
        /// @param status of HTTP, what comes of the event on that lane
        void answered(int lane, int status, String head);
    }

    private final Plan plan;
    private final Paths paths;
    private final Writing writing;
    private final Lanes lanes;
    private final int index;
    private final Selector selector;
    private final ByteBuffer out;
    private final Answers answers = new Answers();
    private final Queue<byte[]> kept = new ArrayDeque<>(0); // Requests without an answer, of who may come back.

    private @Nullable SocketChannel socket; // Null: the line is lost.
    private long tryAtNs;
    private long sent;
    private long answered;
    private int unanswered;

    /// Opens the connection; blocks until it is there.
    Publisher(Plan plan, Paths paths, Writing writing, int index, Selector selector) throws IOException {
        this.plan = plan;
        this.paths = paths;
        this.writing = writing;
        this.lanes = plan.lanes();
        this.index = index;
        this.selector = selector;
        out = ByteBuffer.allocateDirect(
                Math.max(OUT_BYTES_MIN, (plan.resumes() ? plan.pipeline() + 1 : 2) * writing.bytesMax()));
        open();
    }

    private void open() throws IOException {
        var opened = SocketChannel.open(plan.target().address());
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (plan.publishesOverWebSocket()) upgrade(opened);
        opened.configureBlocking(false);
        opened.register(selector, SelectionKey.OP_READ, this);
        socket = opened;
    }

    private void upgrade(SocketChannel opened) throws IOException {
        int channel = lanes.channel(lanes.lane(index, 0));
        out.put(Paths.bytes(Protocol.upgrade(plan.target(), paths.publish(channel)) + "\r\n"))
                .flip();
        while (out.hasRemaining()) opened.write(out);
        out.clear();
        boolean[] isOpen = new boolean[1];
        while (!isOpen[0]) {
            if (opened.read(answers.buffer()) < 0) throw new IOException("the server closed a WebSocket at once");
            answers.take((status, head) -> isOpen[0] = status == 101);
        }
    }

    boolean canSend() {
        return socket != null && unanswered < plan.pipeline() && out.remaining() >= writing.bytesMax();
    }

    /// Puts the next request with the rest that is to be written.
    ///
    /// @return deliveries that its events are worth
    long send(int[] sequences, int[] readersOf, int dueUs) {
        int from = out.position();
        writing.write(out, lanes, index, sent, sequences, dueUs);
        if (plan.resumes()) keep(from);
        long deliveries = 0;
        for (int i = 0; i < plan.batch(); i++) deliveries += readersOf[lanes.channel(lanes.lane(index, sent + i))];
        sent += plan.batch();
        if (!plan.publishesOverWebSocket()) unanswered++;
        return deliveries;
    }

    private void keep(int from) {
        var request = new byte[out.position() - from];
        out.get(from, request);
        kept.add(request);
    }

    void flush() throws IOException {
        var line = socket;
        if (out.position() == 0 || line == null) return;
        line.write(out.flip());
        out.compact();
        int write = out.position() == 0 ? 0 : SelectionKey.OP_WRITE;
        line.keyFor(selector).interestOps(SelectionKey.OP_READ | write);
    }

    void read(Outcome outcome) throws IOException {
        var line = socket;
        if (line == null) return;
        if (plan.publishesOverWebSocket()) answers.buffer().clear(); // Frames tell nothing that is counted.
        if (line.read(answers.buffer()) < 0) throw new IOException("the server closed a connection that publishes");
        if (plan.publishesOverWebSocket()) return;
        answers.take((status, head) -> {
            if (plan.resumes() && status >= 500) throw new IOException("the server can't: " + status);
            unanswered--;
            kept.poll();
            for (int i = 0; i < plan.batch(); i++) outcome.answered(lanes.lane(index, answered++), status, head);
        });
    }

    /// The line is lost; what was not answered will be sent again.
    void lost() throws IOException {
        if (socket != null) socket.close();
        socket = null;
        tryAtNs = System.nanoTime() + TRY_AGAIN_NS;
    }

    /// Comes back, if the line is lost and it is time to try.
    void comeBack() throws IOException {
        if (socket != null || System.nanoTime() < tryAtNs) return;
        answers.buffer().clear();
        out.clear();
        for (var request : kept) out.put(request);
        open();
    }

    boolean isDone() {
        return unanswered == 0 && out.position() == 0;
    }

    void close() throws IOException {
        if (socket != null) socket.close();
    }
}
