package dev.sluice.load;

import dev.sluice.load.http.Connection;
import dev.sluice.load.http.Connector;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One publishing connection with pipelined requests. Used on the publishing thread only.
final class Publisher {
    private static final int OUT_BYTES_MIN = 32 << 10;
    private static final long RECONNECT_PAUSE_NS = 20_000_000;

    /// Receives the results of publishes.
    interface Outcome {
        /// @param status the HTTP status of the response to an event of this lane
        void answered(int lane, int status, String head);
    }

    private final Plan plan;
    private final Paths paths;
    private final RequestWriter writer;
    private final PublisherChannels lanes;
    private final int index;
    private final Connector connector;
    private final Selector selector;
    private final ByteBuffer out;
    private final ResponseReader answers = new ResponseReader();
    private final Queue<byte[]> unansweredRequests = new ArrayDeque<>(0); // To send again after a reconnect.

    private @Nullable Connection connection; // Null while disconnected.
    private long reconnectAtNs;
    private long sent;
    private long answered;
    private int unanswered;
    private boolean isWriting;

    /// Opens the connection; blocks until it is established.
    Publisher(Plan plan, Paths paths, RequestWriter writer, int index, Connector connector, Selector selector)
            throws IOException {
        this.plan = plan;
        this.paths = paths;
        this.writer = writer;
        this.lanes = plan.lanes();
        this.index = index;
        this.connector = connector;
        this.selector = selector;
        out = ByteBuffer.allocateDirect(
                Math.max(OUT_BYTES_MIN, (plan.resumes() ? plan.pipeline() + 1 : 2) * writer.bytesMax()));
        open();
    }

    private void open() throws IOException {
        var opened = connector.connect();
        var socket = opened.socket();
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (plan.publishesOverWebSocket()) upgrade(opened);
        socket.configureBlocking(false);
        socket.register(selector, SelectionKey.OP_READ, this);
        connection = opened;
        isWriting = false;
    }

    private void upgrade(Connection opened) throws IOException {
        int channel = lanes.channel(lanes.lane(index, 0));
        out.put(Protocol.WS
                        .request(paths.publish(channel), null)
                        .bytes(plan.target().authority()))
                .flip();
        while (out.hasRemaining()) opened.write(out);
        out.clear();
        boolean[] isOpen = new boolean[1];
        while (!isOpen[0]) {
            if (opened.read(answers.buffer()) < 0)
                throw new IOException("the server closed a WebSocket before it was open");
            answers.read((status, head) -> isOpen[0] = status == 101);
        }
    }

    boolean canSend() {
        return connection != null && unanswered < plan.pipeline() && out.remaining() >= writer.bytesMax();
    }

    /// Adds the next request to the output buffer.
    ///
    /// @return the number of deliveries that its events should cause
    long send(int[] sequences, int[] readersOf, int dueUs) {
        int from = out.position();
        writer.write(out, lanes, index, sent, sequences, dueUs);
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
        unansweredRequests.add(request);
    }

    void flush() throws IOException {
        var connected = connection;
        if (connected == null || (out.position() == 0 && !isWriting)) return;
        connected.write(out.flip());
        out.compact();
        int interest = connected.interest(out.position() > 0);
        isWriting = (interest & SelectionKey.OP_WRITE) != 0;
        connected.socket().keyFor(selector).interestOps(interest);
    }

    void read(Outcome outcome) throws IOException {
        var connected = connection;
        if (connected == null) return;
        if (plan.publishesOverWebSocket()) answers.buffer().clear(); // Incoming frames are not counted.
        if (connected.read(answers.buffer()) < 0)
            throw new IOException("the server closed a connection that publishes");
        if (plan.publishesOverWebSocket()) return;
        answers.read((status, head) -> {
            if (plan.resumes() && status >= 500)
                throw new IOException("the server answered a publish with status " + status);
            unanswered--;
            unansweredRequests.poll();
            for (int i = 0; i < plan.batch(); i++) outcome.answered(lanes.lane(index, answered++), status, head);
        });
    }

    /// Called when the connection is lost; unanswered requests will be sent again.
    void lost() throws IOException {
        close();
        connection = null;
        reconnectAtNs = System.nanoTime() + RECONNECT_PAUSE_NS;
    }

    /// Reconnects if the connection is lost and the pause has passed.
    void reconnect() throws IOException {
        if (connection != null || System.nanoTime() < reconnectAtNs) return;
        answers.buffer().clear();
        out.clear();
        for (var request : unansweredRequests) out.put(request);
        open();
    }

    boolean isDone() {
        return unanswered == 0 && out.position() == 0;
    }

    void close() throws IOException {
        if (connection != null) connection.socket().close();
    }
}
