package dev.sluice.load;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/// One connection that publishes, with several requests under way. Lives on the publishing thread.
final class Publisher {
    private static final int OUT_BYTES_MIN = 32 << 10;

    private final Plan plan;
    private final Writing writing;
    private final Lanes lanes;
    private final int index;
    private final SocketChannel socket;
    private final SelectionKey key;
    private final ByteBuffer out;
    private final Answers answers = new Answers();

    private long sent;
    private long answered;
    private long unanswered;

    /// Opens the connection; blocks until it is there.
    Publisher(Plan plan, Paths paths, Writing writing, int index, Selector selector) throws IOException {
        this.plan = plan;
        this.writing = writing;
        this.lanes = plan.lanes();
        this.index = index;
        out = ByteBuffer.allocateDirect(Math.max(OUT_BYTES_MIN, 2 * writing.bytesMax()));
        socket = SocketChannel.open(plan.target().address());
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (plan.publishesOverWebSocket()) upgrade(paths);
        socket.configureBlocking(false);
        key = socket.register(selector, SelectionKey.OP_READ, this);
    }

    private void upgrade(Paths paths) throws IOException {
        int channel = lanes.channel(lanes.lane(index, 0));
        out.put(Paths.bytes(Protocol.upgrade(plan.target(), paths.publish(channel))))
                .flip();
        while (out.hasRemaining()) socket.write(out);
        out.clear();
        boolean[] isOpen = new boolean[1];
        while (!isOpen[0]) {
            if (socket.read(answers.buffer()) < 0) throw new IOException("the server closed a WebSocket at once");
            answers.take((status, head) -> isOpen[0] = status == 101);
        }
    }

    boolean canSend() {
        return unanswered < plan.pipeline() && out.remaining() >= writing.bytesMax();
    }

    /// Puts the next request with the rest that is to be written.
    ///
    /// @return deliveries that its events are worth
    long send(int[] sequences, int[] readersOf, int dueUs) {
        writing.write(out, lanes, index, sent, sequences, dueUs);
        long deliveries = 0;
        for (int i = 0; i < plan.batch(); i++) deliveries += readersOf[lanes.channel(lanes.lane(index, sent + i))];
        sent += plan.batch();
        if (!plan.publishesOverWebSocket()) unanswered++;
        return deliveries;
    }

    void flush() throws IOException {
        if (out.position() == 0) return;
        socket.write(out.flip());
        out.compact();
        key.interestOps(out.position() == 0 ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    /// What has become of events.
    interface Outcome {
        /// @param status of HTTP, what comes of the event on that lane
        void answered(int lane, int status, String head);
    }

    void read(Outcome outcome) throws IOException {
        if (plan.publishesOverWebSocket()) answers.buffer().clear(); // Frames tell nothing that is counted.
        if (socket.read(answers.buffer()) < 0) throw new IOException("the server closed a connection that publishes");
        if (plan.publishesOverWebSocket()) return;
        answers.take((status, head) -> {
            unanswered--;
            for (int i = 0; i < plan.batch(); i++) outcome.answered(lanes.lane(index, answered++), status, head);
        });
    }

    boolean isDone() {
        return unanswered == 0 && out.position() == 0;
    }

    void close() throws IOException {
        socket.close();
    }
}
