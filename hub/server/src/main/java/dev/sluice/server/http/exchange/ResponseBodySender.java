package dev.sluice.server.http.exchange;

import dev.sluice.server.http.ResponseSource;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// Sends the body of an answer piece by piece, as fast as its client reads.
final class ResponseBodySender {
    /// The same as for streams: larger writes gain little, and a client that does not read holds this much
    /// memory.
    static final int PIECE_BYTES = 16 << 10;

    /// Bytes sent in one turn of the event loop to a client that reads fast.
    private static final int TURN_BYTES = 256 << 10;

    private final ExchangeChannel channel;
    private final ResponseSource body;
    private final Consumer<Boolean> onEnd;
    private long sent;
    private boolean isClosed;

    /// @param onEnd called with true when the kernel has accepted all bytes; with false if the last write failed;
    ///     not after [#close]
    ResponseBodySender(ExchangeChannel channel, ResponseSource body, Consumer<Boolean> onEnd) {
        this.channel = channel;
        this.body = body;
        this.onEnd = onEnd;
    }

    /// Sends pieces while the kernel accepts them at once; otherwise the next one once the kernel accepts the last.
    void send() {
        for (long until = sent + TURN_BYTES; sent < until; ) {
            if (isClosed) return; // The client has disconnected.
            ByteBuf piece = next();
            sent += piece.readableBytes();
            if (sent == body.length()) {
                channel.piece(piece, true).addListener(write -> {
                    if (isClosed) return;
                    close();
                    onEnd.accept(write.isSuccess());
                });
                return;
            }
            ChannelFuture write = channel.piece(piece, false);
            if (!write.isDone()) {
                write.addListener(result -> {
                    if (result.isSuccess()) send();
                    else channel.abort();
                });
                return;
            }
        }
        channel.channel().eventLoop().execute(this::send);
    }

    private ByteBuf next() {
        int bytes = (int) Math.min(PIECE_BYTES, body.length() - sent);
        ByteBuf piece = channel.channel().alloc().directBuffer(bytes);
        ByteBuffer filled = piece.nioBuffer(0, bytes);
        body.next(filled);
        return piece.writerIndex(filled.position());
    }

    /// Bytes that were written to the channel.
    long sent() {
        return sent;
    }

    /// Sends nothing more. Repeated calls have no effect.
    void close() {
        if (isClosed) return;
        isClosed = true;
        body.close();
    }
}
