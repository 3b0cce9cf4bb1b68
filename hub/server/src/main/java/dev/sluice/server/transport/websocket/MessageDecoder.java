package dev.sluice.server.transport.websocket;

import dev.sluice.server.net.outlet.InputDecoder;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.publish.Utf8;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Decodes a client's bytes into complete messages (RFC 6455 §5, RFC 7692). An incomplete message is buffered and
/// counted as [PartialMessage] from the end of the first read that leaves it incomplete, whether its frames are
/// large or many; Netty's own decoders buffer frames and messages without any accounting. Decoding pauses while the
/// outlet does not read: otherwise a few kilobytes could be inflated to as many megabytes before the handler can
/// apply backpressure.
final class MessageDecoder implements InputDecoder {
    /// Receives the messages.
    interface MessageListener {
        void received(WebSocketMessage message);

        /// The client has violated the protocol or a limit: close the WebSocket. Nothing is received after it.
        void failed(WebSocketException error);
    }

    private static final byte[] EMPTY = new byte[0];
    private static final int NO_MESSAGE = -1;

    private final MessageLimits limits;
    private final boolean deflates;
    private final Outlet outlet;
    private final MessageListener listener;

    /// Bytes read and not decoded: the start of a frame's head, an incomplete control frame, or anything while the
    /// outlet does not read.
    private @Nullable ByteBuf undecoded;

    private boolean isPaused; // The undecoded bytes are decoded once the outlet reads.
    private boolean isOver; // Further input is ignored.

    // The message in progress.
    private int opcode = NO_MESSAGE;
    private boolean isCompressed;
    private int frames;
    private byte[] bytes = EMPTY;
    private int size;
    private @Nullable PartialMessage partial; // Null until the first message that is incomplete after a read.

    // The frame in progress.
    private boolean isLast;
    private int left;
    private int mask; // Rotated so that it begins with the next byte.

    /// @param deflates whether messages may be compressed
    MessageDecoder(MessageLimits limits, boolean deflates, Outlet outlet, MessageListener listener) {
        this.limits = limits;
        this.deflates = deflates;
        this.outlet = outlet;
        this.listener = listener;
    }

    static WebSocketException tooBig(int bytesMax) {
        return new WebSocketException(CloseFrame.TOO_BIG, "a message may have at most " + bytesMax + " bytes");
    }

    @Override
    public void read(ByteBuf bytes) {
        ByteBuf in = undecoded == null ? bytes : Unpooled.wrappedBuffer(undecoded, bytes);
        undecoded = null;
        decode(in, false);
    }

    @Override
    public boolean isHolding() {
        return isPaused;
    }

    @Override
    public boolean resume() {
        resume(false);
        return !isPaused;
    }

    private void resume(boolean ignorePause) {
        ByteBuf in = undecoded;
        if (!isPaused || in == null) return;
        isPaused = false;
        undecoded = null;
        decode(in, ignorePause);
    }

    /// Releases all that is held. Delivers complete messages first, even if the client has disconnected after them.
    void close() {
        resume(true);
        drop();
        if (undecoded != null) undecoded.release();
        undecoded = null;
        isPaused = false;
    }

    private void drop() {
        isOver = true;
        bytes = EMPTY;
        if (partial != null) partial.end();
    }

    /// Reports the error and releases what the decoder holds.
    private void fail(WebSocketException error) {
        if (isOver) return;
        drop();
        listener.failed(error);
    }

    private void decode(ByteBuf in, boolean ignorePause) {
        try {
            int before = in.readableBytes();
            while (!isOver && in.isReadable()) {
                isPaused = !ignorePause && !outlet.isReading();
                if (isPaused || !step(in)) break;
            }
            count(before - in.readableBytes());
        } catch (WebSocketException error) {
            fail(error);
        } finally {
            keep(in);
        }
    }

    private void keep(ByteBuf in) {
        if (isPaused && !isOver) {
            undecoded = in;
            return;
        }
        isPaused = false;
        // Copied, because the original buffer is a hundred times as large.
        if (in.isReadable() && !isOver) undecoded = Unpooled.copiedBuffer(in);
        in.release();
    }

    /// @return false if the input is incomplete
    private boolean step(ByteBuf in) {
        if (left > 0) {
            payload(in);
            return true;
        }
        int from = in.readerIndex();
        FrameHead head = FrameHead.read(in);
        if (head == null) return false;
        if (!head.isControl()) {
            beginFrame(head);
            return true;
        }
        if (head.compressed()) throw FrameHead.broken("a control frame must not be compressed");
        if (in.readableBytes() < head.bytes()) {
            in.readerIndex(from);
            return false;
        }
        control(head, in);
        return true;
    }

    private void control(FrameHead head, ByteBuf in) {
        byte[] payload = new byte[(int) head.bytes()];
        in.readBytes(payload);
        unmask(payload, 0, payload.length, head.mask());
        switch (head.opcode()) {
            case FrameHead.PING -> listener.received(new WebSocketMessage.Ping(payload));
            case FrameHead.PONG -> listener.received(new WebSocketMessage.Pong());
            default -> {
                WebSocketMessage.Close close = close(payload);
                drop();
                listener.received(close);
            }
        }
    }

    private static WebSocketMessage.Close close(byte[] payload) {
        if (payload.length == 0) return new WebSocketMessage.Close(CloseFrame.NO_STATUS);
        if (payload.length == 1) throw FrameHead.broken("a close code must have two bytes");
        int code = ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
        if (!WebSocketCloseStatus.isValidStatusCode(code)) throw FrameHead.broken("invalid close code " + code);
        if (Utf8.brokenAt(Arrays.copyOfRange(payload, 2, payload.length)) >= 0) {
            throw new WebSocketException(CloseFrame.INVALID, "a close reason must be UTF-8");
        }
        return new WebSocketMessage.Close(code);
    }

    private void beginFrame(FrameHead head) {
        boolean isContinuation = head.opcode() == FrameHead.CONTINUATION;
        if (isContinuation == (opcode == NO_MESSAGE)) {
            throw FrameHead.broken(
                    isContinuation
                            ? "a continuation frame without a message"
                            : "a new message inside an unfinished one");
        }
        // Only allowed on the first frame, and only if negotiated (RFC 7692 §6.1).
        if (head.compressed() && (isContinuation || !deflates))
            throw FrameHead.broken("a reserved bit is set without an agreed extension");
        if (head.bytes() > limits.bytesMax() - size) throw tooBig(limits.bytesMax());
        if (++frames > limits.framesMax()) {
            throw new WebSocketException(
                    CloseFrame.TOO_SLOW, "a message may have at most " + limits.framesMax() + " frames");
        }
        if (!isContinuation) {
            opcode = head.opcode();
            isCompressed = head.compressed();
        }
        isLast = head.fin();
        left = (int) head.bytes();
        mask = head.mask();
        if (left == 0) endFrame();
    }

    private void payload(ByteBuf in) {
        int more = Math.min(left, in.readableBytes());
        if (size + more > bytes.length) {
            // Grows with the bytes received, not with the length announced: announcing costs the client nothing.
            int capacityMax = isLast ? size + left : limits.bytesMax();
            bytes = Arrays.copyOf(bytes, Math.max(size + more, Math.min(capacityMax, 2 * bytes.length)));
        }
        in.readBytes(bytes, size, more);
        unmask(bytes, size, more, mask);
        mask = Integer.rotateLeft(mask, 8 * (more & 3));
        size += more;
        left -= more;
        if (left == 0) endFrame();
    }

    /// RFC 6455 §5.3.
    private static void unmask(byte[] bytes, int from, int length, int mask) {
        if (mask == 0) return;
        for (int i = 0; i < length; i++) bytes[from + i] ^= (byte) (mask >>> (24 - 8 * (i & 3)));
    }

    private void endFrame() {
        if (!isLast) return;
        boolean isText = opcode == FrameHead.TEXT;
        byte[] whole;
        if (isCompressed) whole = Inflate.message(bytes, size, limits.bytesMax());
        else whole = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        opcode = NO_MESSAGE;
        frames = 0;
        bytes = EMPTY;
        size = 0;
        if (partial != null) partial.complete();
        if (isText && Utf8.brokenAt(whole) >= 0)
            throw new WebSocketException(CloseFrame.INVALID, "a text message must be UTF-8");
        listener.received(isText ? new WebSocketMessage.Text(whole) : new WebSocketMessage.Binary(whole));
    }

    /// Counts the bytes that an incomplete message holds towards the budget, and starts its deadline.
    private void count(int moved) {
        if (isOver || opcode == NO_MESSAGE) return;
        if (partial == null) partial = new PartialMessage(limits, outlet, error -> fail(error));
        partial.grow(bytes.length, moved);
    }
}
