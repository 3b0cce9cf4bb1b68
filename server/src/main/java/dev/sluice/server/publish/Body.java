package dev.sluice.server.publish;

import dev.sluice.server.http.BodyReader;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Arrays;
import java.util.function.Consumer;

/// Collects a body that is wanted whole.
public final class Body implements BodyReader {
    private final Exchange exchange;
    private final int bytesMax;
    private final UnderWay.Share share;
    private final Consumer<byte[]> whole;
    private byte[] bytes = new byte[0];
    private int size;

    private Body(Exchange exchange, int bytesMax, UnderWay.Share share, Consumer<byte[]> whole) {
        this.exchange = exchange;
        this.bytesMax = bytesMax;
        this.share = share;
        this.whole = whole;
    }

    /// @param share takes the body's bytes; given back here only if there is no whole
    /// @throws Refused `413` if the head says already that it is too much
    public static void collect(Exchange exchange, int bytesMax, UnderWay.Share share, Consumer<byte[]> whole) {
        long announced = exchange.request().headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                ? Long.parseLong(exchange.request().headers().get(HttpHeaderNames.CONTENT_LENGTH))
                : 0;
        if (announced > bytesMax) throw tooLarge("The body has " + announced + " bytes", bytesMax);
        exchange.body(new Body(exchange, bytesMax, share, whole));
    }

    static Refused tooLarge(String what, int bytesMax) {
        return Problems.TOO_LARGE.refused(what + "; the hub takes " + bytesMax + " at most. Send less at a time.");
    }

    @Override
    public void data(ByteBuf part) {
        int more = part.readableBytes();
        try {
            if (more > bytesMax - size) throw tooLarge("The body has more bytes", bytesMax);
            share.take(more);
        } catch (Refused refused) {
            share.giveBackAll();
            throw refused;
        }
        // Grows with what has come, not with what was announced: announcing costs nothing.
        if (size + more > bytes.length)
            bytes = Arrays.copyOf(bytes, Math.max(size + more, Math.min(bytesMax, 2 * size)));
        part.readBytes(bytes, size, more);
        size += more;
    }

    @Override
    public void end() {
        whole.accept(size == bytes.length ? bytes : Arrays.copyOf(bytes, size));
    }

    @Override
    public void failed(Problem why) {
        share.giveBackAll();
        exchange.refuse(why);
    }
}
