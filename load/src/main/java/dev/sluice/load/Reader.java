package dev.sluice.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A reader: its connection, its request, the head of the response, then an endless stream of events. After a loss it
/// may continue on another connection. Used on its loop's thread only.
final class Reader implements Finder.Taker {
    private static final int HEAD_BYTES_MAX = 16 << 10;
    private static final byte[] EMPTY = {};

    private final ReaderLoop loop;
    private final Lanes lanes;
    private final int size;
    private final boolean reconnects;
    private final ReaderLoop.Opening opening;
    private final SequenceChecker order;

    private SocketChannel socket;
    private ByteBuffer request;
    private @Nullable Finder finder; // Null until the head has been received.
    private @Nullable String cursor;
    private byte[] rest = EMPTY; // Prepended to the next read; nearly always empty.
    private int restBytes;
    private boolean wasOpen;

    /// The time of the last reconnect, in microseconds, until an event published later is received; 0: caught up.
    private int resumedUs;

    Reader(SocketChannel socket, ReaderLoop loop, Plan plan, ReaderLoop.Opening opening) {
        this.socket = socket;
        this.loop = loop;
        this.lanes = plan.lanes();
        this.size = plan.size();
        this.reconnects = plan.resumes();
        this.opening = opening;
        this.order = new SequenceChecker(lanes.perChannel() * (opening.subset() == 0 ? 1 : lanes.channels()));
        this.request = ByteBuffer.wrap(Paths.bytes(opening.request() + "\r\n"));
    }

    /// Continues on another connection after the last received event.
    void reconnect(SocketChannel other) {
        if (finder instanceof SseFinder blocks) cursor = blocks.cursor();
        socket = other;
        finder = null;
        restBytes = 0;
        var lastEventId = cursor == null ? "" : "Last-Event-ID: " + cursor + "\r\n";
        request = ByteBuffer.wrap(Paths.bytes(opening.request() + lastEventId + "\r\n"));
    }

    SocketChannel socket() {
        return socket;
    }

    /// True once it has been open: a later loss is not a failure of the start.
    boolean wasOpen() {
        return wasOpen;
    }

    boolean isStalled() {
        return opening.isStalled();
    }

    /// Continues connecting; returns the next interest set.
    int connect() throws IOException {
        return socket.finishConnect() ? write() : SelectionKey.OP_CONNECT;
    }

    int write() throws IOException {
        socket.write(request);
        return request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    }

    /// Reads the available bytes, at most one buffer.
    ///
    /// @return the number of bytes; -1 at the end of the stream
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

    /// Returns the position of the first event once the head is complete, else 0.
    private int head(ByteBuffer buffer) throws IOException {
        var bytes = new byte[buffer.limit()];
        buffer.get(0, bytes);
        var head = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            if (bytes.length > HEAD_BYTES_MAX) throw new IOException("the head of a response is longer than 16 KiB");
            return 0;
        }
        if (!head.startsWith(loop.protocol().goodAnswer())) {
            throw new RefusedByServer(opening.request().lines().findFirst().orElse("") + " was answered "
                    + head.lines().findFirst().orElse(""));
        }
        finder = reconnects ? new SseFinder(size, this, cursor) : new PayloadFinder(size, this);
        request = ByteBuffer.wrap(EMPTY);
        rest = EMPTY;
        if (wasOpen) resumedUs = loop.resumed(this);
        else loop.opened(this);
        wasOpen = true;
        return end + 4;
    }

    @Override
    public void take(int lane, int sequence, int dueUs, boolean isWhole) {
        if (!isWhole || sequence < 0 || lane < 0 || lane >= lanes.count() || !isSubscribed(lanes.channel(lane))) {
            loop.countDamaged();
            return;
        }
        int slot = lanes.indexInChannel(lane) + (opening.subset() == 0 ? 0 : lanes.channel(lane) * lanes.perChannel());
        loop.count(order.take(slot, sequence), dueUs);
        if (resumedUs > 0 && dueUs >= resumedUs) {
            resumedUs = 0;
            loop.caughtUp();
        }
    }

    private boolean isSubscribed(int channel) {
        return opening.subset() == 0 ? channel == opening.channel() : (opening.subset() >> channel & 1) == 1;
    }
}
