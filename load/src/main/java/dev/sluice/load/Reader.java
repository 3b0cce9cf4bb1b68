package dev.sluice.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One who reads: a connection, its request, the head of the answer, then events without end. If it comes back when the
/// line is lost, it is another connection of the same reader. Lives on its loop's thread.
final class Reader implements Finder.Taker {
    private static final int HEAD_BYTES_MAX = 16 << 10;
    private static final byte[] NOTHING = {};

    private final ReaderLoop loop;
    private final Lanes lanes;
    private final int size;
    private final boolean comesBack;
    private final ReaderLoop.Opening opening;
    private final Order order;

    private SocketChannel socket;
    private ByteBuffer request;
    private @Nullable Finder finder; // Null: the head is still to come.
    private @Nullable String cursor;
    private byte[] rest = NOTHING; // What the next read is to be seen together with, nearly always nothing.
    private int restBytes;
    private boolean wasOpen;

    /// When it came back, until it has an event that was published since; 0: it is caught up.
    private int backUs;

    Reader(SocketChannel socket, ReaderLoop loop, Plan plan, ReaderLoop.Opening opening) {
        this.socket = socket;
        this.loop = loop;
        this.lanes = plan.lanes();
        this.size = plan.size();
        this.comesBack = plan.resumes();
        this.opening = opening;
        this.order = new Order(lanes.perChannel() * (opening.subset() == 0 ? 1 : lanes.channels()));
        this.request = ByteBuffer.wrap(Paths.bytes(opening.request() + "\r\n"));
    }

    /// Begins anew on another connection, behind the last event it had.
    void comeBack(SocketChannel other) {
        if (finder instanceof Blocks blocks) cursor = blocks.cursor();
        socket = other;
        finder = null;
        restBytes = 0;
        var place = cursor == null ? "" : "Last-Event-ID: " + cursor + "\r\n";
        request = ByteBuffer.wrap(Paths.bytes(opening.request() + place + "\r\n"));
    }

    SocketChannel socket() {
        return socket;
    }

    /// Whether it ever was: from then on a lost line is no failure to begin.
    boolean wasOpen() {
        return wasOpen;
    }

    boolean isStalled() {
        return opening.isStalled();
    }

    /// Goes on with connecting; returns what to wait for next.
    int connect() throws IOException {
        return socket.finishConnect() ? write() : SelectionKey.OP_CONNECT;
    }

    int write() throws IOException {
        socket.write(request);
        return request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    }

    /// Reads what is there, at most a buffer full.
    ///
    /// @return how many bytes; -1 if no more will ever come
    int read(ByteBuffer buffer) throws IOException {
        buffer.clear().put(rest, 0, restBytes);
        int count = socket.read(buffer);
        if (count < 0) return count;
        buffer.flip();
        int from = finder == null ? head(buffer) : 0;
        keep(buffer, finder == null ? 0 : finder.find(buffer, from));
        return count;
    }

    private void keep(ByteBuffer buffer, int from) {
        restBytes = buffer.limit() - from;
        if (restBytes == 0) return;
        if (rest.length < restBytes) rest = new byte[Math.max(restBytes, Payload.BYTES_MIN)];
        buffer.get(from, rest, 0, restBytes);
    }

    /// Returns where the events begin, once the head is there.
    private int head(ByteBuffer buffer) throws IOException {
        var bytes = new byte[buffer.limit()];
        buffer.get(0, bytes);
        var head = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            if (bytes.length > HEAD_BYTES_MAX) throw new IOException("the head of an answer is too long");
            return 0;
        }
        if (!head.startsWith(loop.protocol().goodAnswer())) {
            throw new RefusedByServer(opening.request().lines().findFirst().orElse("") + " was answered "
                    + head.lines().findFirst().orElse(""));
        }
        finder = comesBack ? new Blocks(size, this, cursor) : new Marks(size, this);
        request = ByteBuffer.wrap(NOTHING);
        rest = NOTHING;
        if (wasOpen) backUs = loop.cameBack(this);
        else loop.opened(this);
        wasOpen = true;
        return end + 4;
    }

    @Override
    public void take(int lane, int sequence, int dueUs, boolean isWhole) {
        if (!isWhole || sequence < 0 || lane < 0 || lane >= lanes.count() || !isMine(lanes.channel(lane))) {
            loop.countDamaged();
            return;
        }
        int slot = lanes.indexInChannel(lane) + (opening.subset() == 0 ? 0 : lanes.channel(lane) * lanes.perChannel());
        loop.count(order.take(slot, sequence), dueUs);
        if (backUs > 0 && dueUs >= backUs) {
            backUs = 0;
            loop.caughtUp();
        }
    }

    private boolean isMine(int channel) {
        return opening.subset() == 0 ? channel == opening.channel() : (opening.subset() >> channel & 1) == 1;
    }
}
