package dev.sluice.server.publish;

import dev.sluice.server.http.BodyReader;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Collects a complete body in memory.
public final class BodyCollector implements BodyReader {
    /// Receives the complete body.
    public interface BodyListener {
        /// @param held the body's bytes in the budget, to be returned when the body is no longer needed
        void body(byte[] bytes, InFlightBytes.Holder held);
    }

    private static final byte[] NOTHING = new byte[0];

    private final Exchange exchange;
    private final int bytesMax;
    private final int growthMax;
    private final InFlightBytes inFlight;
    private final InFlightBytes.EvictableHolder held;
    private final BodyListener listener;
    private byte[] bytes = NOTHING;
    private int size;

    private BodyCollector(
            Exchange exchange, int bytesMax, int growthMax, InFlightBytes inFlight, BodyListener listener) {
        this.exchange = exchange;
        this.bytesMax = bytesMax;
        this.growthMax = growthMax;
        this.inFlight = inFlight;
        this.held = inFlight.holder(exchange.loop(), this::onEvicted);
        this.listener = listener;
    }

    /// @throws ProblemException `413` if `Content-Length` exceeds the limit
    public static void collect(Exchange exchange, int bytesMax, InFlightBytes inFlight, BodyListener listener) {
        int announced = (int) announced(exchange, bytesMax);
        byte[] whole = exchange.takeBody();
        if (whole != null) {
            InFlightBytes.Holder held = inFlight.holder();
            held.take(whole.length);
            listener.body(whole, held);
            return;
        }
        int growthMax = announced == 0 ? bytesMax : announced;
        exchange.body(new BodyCollector(exchange, bytesMax, growthMax, inFlight, listener));
    }

    /// The announced length of the body; 0 if it is unknown.
    ///
    /// @throws ProblemException `413` if it exceeds the limit
    static long announced(Exchange exchange, int bytesMax) {
        String length = exchange.request().firstHeader(HeaderNames.CONTENT_LENGTH);
        long announced = length == null ? 0 : Long.parseLong(length);
        if (announced > bytesMax) throw tooLarge("The body has " + announced + " bytes", bytesMax);
        return announced;
    }

    static ProblemException tooLarge(String what, int bytesMax) {
        return Problems.TOO_LARGE.refused(what + "; the hub accepts at most " + bytesMax + ". Send less at a time.");
    }

    @Override
    public void data(ByteBuffer part) {
        int more = part.remaining();
        try {
            if (more > bytesMax - size) throw tooLarge("The body has more bytes", bytesMax);
            grow(size + more);
        } catch (ProblemException refused) {
            drop();
            throw refused;
        }
        part.get(bytes, size, more);
        size += more;
        // The body is complete, as most are with their first part: the end follows at once.
        if (size == growthMax) return;
        held.await();
        held.moved(more);
    }

    /// Grows with the bytes that have arrived, not with `Content-Length`, which an attacker can announce at no
    /// cost.
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
        listener.body(all, held);
    }

    @Override
    public void failed(Problem problem) {
        drop();
        exchange.refuse(problem);
    }

    private void onEvicted() {
        drop();
        exchange.run(() -> exchange.refuse(inFlight.evicted()));
    }

    /// Drops the bytes, because the connection may stay open and keep this reader reachable.
    private void drop() {
        bytes = NOTHING;
        held.giveBackAll();
    }
}
