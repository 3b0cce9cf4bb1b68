package dev.sluice.embed.handler;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ResponseSource;
import dev.sluice.server.http.head.ProblemException;
import java.nio.ByteBuffer;

/// The body of a response, which counts towards a budget until its client has read it.
final class UnreadBytes implements ResponseSource {
    private final ByteBuffer bytes;
    private final InFlightBytes.EvictableHolder unread;

    private UnreadBytes(ByteBuffer bytes, InFlightBytes.EvictableHolder unread) {
        this.bytes = bytes;
        this.unread = unread;
    }

    /// @throws ProblemException `503` if the budget is used up
    static UnreadBytes of(Exchange exchange, byte[] body, InFlightBytes budget) {
        // Once a part is sent, no refusal can follow it: the connection is closed.
        InFlightBytes.EvictableHolder unread = budget.holder(exchange.loop(), exchange::abort);
        // Whatever a program sends fits in, though perhaps nothing else beside it.
        unread.take(Math.min(body.length, budget.bytesMax() / 4));
        unread.await();
        return new UnreadBytes(ByteBuffer.wrap(body), unread);
    }

    @Override
    public long length() {
        return bytes.limit();
    }

    @Override
    public void next(ByteBuffer piece) {
        int length = piece.remaining();
        piece.put(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
        unread.moved(length);
    }

    @Override
    public void close() {
        unread.giveBackAll();
    }
}
