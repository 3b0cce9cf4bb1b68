package dev.sluice.server.publish;

import dev.sluice.server.http.BodyReader;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Arrays;

/// Collects a body that is wanted whole.
public final class Body implements BodyReader {
    /// Takes a body.
    public interface Whole {
        /// @param held the body's bytes in the budget, to be given back when they are done with
        void body(byte[] bytes, InFlightBytes.Holder held);
    }

    private static final byte[] NOTHING = new byte[0];

    private final Exchange exchange;
    private final int bytesMax;
    private final int growthMax;
    private final InFlightBytes inFlight;
    private final InFlightBytes.Holder held;
    private final Whole whole;
    private byte[] bytes = NOTHING;
    private int size;

    private Body(Exchange exchange, int bytesMax, int growthMax, InFlightBytes inFlight, Whole whole) {
        this.exchange = exchange;
        this.bytesMax = bytesMax;
        this.growthMax = growthMax;
        this.inFlight = inFlight;
        this.held = inFlight.holder(exchange.channel().eventLoop(), this::giveWay);
        this.whole = whole;
    }

    /// @throws Refused `413` if the head says already that it is too much
    public static void collect(Exchange exchange, int bytesMax, InFlightBytes inFlight, Whole whole) {
        String length = exchange.request().headers().get(HttpHeaderNames.CONTENT_LENGTH);
        long announced = length == null ? bytesMax : Long.parseLong(length);
        if (announced > bytesMax) throw tooLarge("The body has " + announced + " bytes", bytesMax);
        exchange.body(new Body(exchange, bytesMax, (int) announced, inFlight, whole));
    }

    static Refused tooLarge(String what, int bytesMax) {
        return Problems.TOO_LARGE.refused(what + "; the hub takes " + bytesMax + " at most. Send less at a time.");
    }

    @Override
    public void data(ByteBuf part) {
        int more = part.readableBytes();
        try {
            if (more > bytesMax - size) throw tooLarge("The body has more bytes", bytesMax);
            grow(size + more);
        } catch (Refused refused) {
            drop();
            throw refused;
        }
        part.readBytes(bytes, size, more);
        size += more;
        held.await();
        held.moved(more);
    }

    /// Grows with what has come, not with what was announced: announcing costs nothing.
    private void grow(int needed) {
        if (needed <= bytes.length) return;
        int length = Math.max(needed, Math.min(growthMax, 2 * bytes.length));
        held.take(length - bytes.length);
        bytes = Arrays.copyOf(bytes, length);
    }

    @Override
    public void end() {
        held.settle();
        byte[] all = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        bytes = NOTHING;
        whole.body(all, held);
    }

    @Override
    public void failed(Problem why) {
        drop();
        exchange.refuse(why);
    }

    private void giveWay() {
        drop();
        exchange.run(() -> exchange.refuse(inFlight.gaveWay()));
    }

    /// The connection may stay for a while and keep this reader; it must not keep the bytes.
    private void drop() {
        bytes = NOTHING;
        held.giveBackAll();
    }
}
