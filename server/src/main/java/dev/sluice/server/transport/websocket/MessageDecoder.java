package dev.sluice.server.transport.websocket;

import dev.sluice.server.publish.Utf8;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Makes whole messages of a client's bytes (RFC 6455 §5, RFC 7692). A message is kept as it comes, and counts as
/// [Unfinished] from the end of the first read that leaves it open, whether its frames are large or many; Netty's own
/// decoders collect a frame, and then a message, without anybody knowing. Goes no further while the channel does not
/// read: else a few kilobytes could be inflated to as many megabytes before anybody can say that it is enough.
final class MessageDecoder extends ChannelDuplexHandler {
    /// Frames of one message: one of the greatest length, with the default limits, in frames of 128 bytes.
    private static final int FRAMES_MAX = 16 << 10;

    private static final byte[] NOTHING = new byte[0];
    private static final int NO_MESSAGE = -1;

    private final MessageLimits limits;
    private final boolean deflates;

    /// What was read and not decoded: the beginning of a frame's head, a control frame that is not whole, or anything
    /// while the channel does not read.
    private @Nullable ByteBuf rest;

    private boolean isPaused; // The rest is to be decoded once the channel reads.
    private boolean isResuming;
    private boolean isOver; // Nothing more is decoded.

    // The message in progress.
    private int opcode = NO_MESSAGE;
    private boolean isCompressed;
    private int frames;
    private byte[] bytes = NOTHING;
    private int size;
    private @Nullable Unfinished unfinished; // Null until the first message that is not whole in one read.

    // Its frame in progress.
    private boolean isLast;
    private int left;
    private int mask; // Turned so that it begins with the next byte.

    /// @param deflates whether messages may be compressed
    MessageDecoder(MessageLimits limits, boolean deflates) {
        this.limits = limits;
        this.deflates = deflates;
    }

    static Broken tooBig(int bytesMax) {
        return new Broken(Goodbye.TOO_BIG, "a message has at most " + bytesMax + " bytes");
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        ByteBuf in = (ByteBuf) read;
        if (rest != null) in = Unpooled.wrappedBuffer(rest, in);
        rest = null;
        decode(context, in, false);
    }

    /// Goes on where it paused before anything else is read.
    @Override
    public void read(ChannelHandlerContext context) {
        if (!isPaused) {
            context.read();
        } else if (!isResuming) {
            isResuming = true;
            context.executor().execute(() -> {
                isResuming = false;
                resume(context, false);
                if (!isPaused) context.read();
            });
        }
    }

    private void resume(ChannelHandlerContext context, boolean toTheEnd) {
        ByteBuf in = rest;
        if (!isPaused || in == null) return;
        isPaused = false;
        rest = null;
        decode(context, in, toTheEnd);
    }

    /// What has come whole is for the server, also if the client has left behind it.
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        resume(context, true);
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        drop();
        if (rest != null) rest.release();
        rest = null;
        isPaused = false;
    }

    private void drop() {
        isOver = true;
        bytes = NOTHING;
        if (unfinished != null) unfinished.end();
    }

    /// Ends the conversation, and lets go of what it holds.
    private void fail(ChannelHandlerContext context, Broken broken) {
        if (isOver) return;
        drop();
        context.fireExceptionCaught(broken);
    }

    private void decode(ChannelHandlerContext context, ByteBuf in, boolean toTheEnd) {
        try {
            int before = in.readableBytes();
            while (!isOver && in.isReadable()) {
                isPaused = !toTheEnd && !context.channel().config().isAutoRead();
                if (isPaused || !step(context, in)) break;
            }
            count(context, before - in.readableBytes());
        } catch (Broken broken) {
            fail(context, broken);
        } finally {
            keep(in);
        }
    }

    private void keep(ByteBuf in) {
        if (isPaused && !isOver) {
            rest = in;
            return;
        }
        isPaused = false;
        // Copied, as the buffer that it came in is a hundred times as large.
        if (in.isReadable() && !isOver) rest = Unpooled.copiedBuffer(in);
        in.release();
    }

    /// @return false if the rest is too little for anything
    private boolean step(ChannelHandlerContext context, ByteBuf in) {
        if (left > 0) {
            payload(context, in);
            return true;
        }
        int from = in.readerIndex();
        FrameHead head = FrameHead.read(in);
        if (head == null) return false;
        if (!head.isControl()) {
            begin(context, head);
            return true;
        }
        if (head.compressed()) throw FrameHead.broken("a control frame is never compressed");
        if (in.readableBytes() < head.bytes()) {
            in.readerIndex(from);
            return false;
        }
        control(context, head, in);
        return true;
    }

    private void control(ChannelHandlerContext context, FrameHead head, ByteBuf in) {
        byte[] payload = new byte[(int) head.bytes()];
        in.readBytes(payload);
        unmask(payload, 0, payload.length, head.mask());
        switch (head.opcode()) {
            case FrameHead.PING -> context.fireChannelRead(new Message.Ping(payload));
            case FrameHead.PONG -> context.fireChannelRead(new Message.Pong());
            default -> {
                Message.Close close = close(payload);
                drop();
                context.fireChannelRead(close);
            }
        }
    }

    private static Message.Close close(byte[] payload) {
        if (payload.length == 0) return new Message.Close(Goodbye.NO_STATUS);
        if (payload.length == 1) throw FrameHead.broken("a code has two bytes");
        int code = ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
        if (!WebSocketCloseStatus.isValidStatusCode(code)) throw FrameHead.broken("nobody closes with " + code);
        if (Utf8.brokenAt(Arrays.copyOfRange(payload, 2, payload.length)) >= 0) {
            throw new Broken(Goodbye.INVALID, "a reason is UTF-8");
        }
        return new Message.Close(code);
    }

    private void begin(ChannelHandlerContext context, FrameHead head) {
        boolean goesOn = head.opcode() == FrameHead.CONTINUATION;
        if (goesOn == (opcode == NO_MESSAGE)) {
            throw FrameHead.broken(goesOn ? "a continuation of nothing" : "a message within another");
        }
        // On the first frame alone, and only where it was agreed on (RFC 7692 §6.1).
        if (head.compressed() && (goesOn || !deflates)) throw FrameHead.broken("reserved bits are for extensions");
        if (head.bytes() > limits.bytesMax() - size) throw tooBig(limits.bytesMax());
        if (++frames > FRAMES_MAX) {
            throw new Broken(Goodbye.TOO_SLOW, "a message has at most " + FRAMES_MAX + " frames");
        }
        if (!goesOn) {
            opcode = head.opcode();
            isCompressed = head.compressed();
        }
        isLast = head.fin();
        left = (int) head.bytes();
        mask = head.mask();
        if (left == 0) frameEnds(context);
    }

    private void payload(ChannelHandlerContext context, ByteBuf in) {
        int more = Math.min(left, in.readableBytes());
        if (size + more > bytes.length) {
            // With what has come, not with what was announced: announcing costs nothing.
            int most = isLast ? size + left : limits.bytesMax();
            bytes = Arrays.copyOf(bytes, Math.max(size + more, Math.min(most, 2 * bytes.length)));
        }
        in.readBytes(bytes, size, more);
        unmask(bytes, size, more, mask);
        mask = Integer.rotateLeft(mask, 8 * (more & 3));
        size += more;
        left -= more;
        if (left == 0) frameEnds(context);
    }

    /// RFC 6455 §5.3.
    private static void unmask(byte[] bytes, int from, int length, int mask) {
        if (mask == 0) return;
        for (int i = 0; i < length; i++) bytes[from + i] ^= (byte) (mask >>> (24 - 8 * (i & 3)));
    }

    private void frameEnds(ChannelHandlerContext context) {
        if (!isLast) return;
        boolean isText = opcode == FrameHead.TEXT;
        byte[] whole;
        if (isCompressed) whole = Inflate.message(bytes, size, limits.bytesMax());
        else whole = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        opcode = NO_MESSAGE;
        frames = 0;
        bytes = NOTHING;
        size = 0;
        if (unfinished != null) unfinished.finished();
        if (isText && Utf8.brokenAt(whole) >= 0) throw new Broken(Goodbye.INVALID, "a text is UTF-8");
        context.fireChannelRead(isText ? new Message.Text(whole) : new Message.Binary(whole));
    }

    /// Takes what a message that goes on holds out of the budget, and begins its time.
    private void count(ChannelHandlerContext context, int moved) {
        if (isOver || opcode == NO_MESSAGE) return;
        if (unfinished == null) unfinished = new Unfinished(limits, context, broken -> fail(context, broken));
        unfinished.holds(bytes.length, moved);
    }
}
