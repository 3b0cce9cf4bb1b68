package dev.sluice.server.transport.poll;

import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.EventFormat;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.encoded.Bytes;
import dev.sluice.core.encoded.Encoded;
import dev.sluice.core.event.Event;
import dev.sluice.server.http.AnswerBody;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.transport.Form;
import dev.sluice.server.transport.JsonMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a poll found, as JSON: `{"events":[…],"cursor":"…","more":false}`, and `"gap"` and `"closed"` where there is
/// one. It is [measured][#measure] first, for `Content-Length`, then written as the client takes it. Each event is
/// encoded once for all polls that have it, as for streams, and copied from there.
final class PollBody implements AnswerBody {
    /// As for streams: more in one write gains little, and this is what a client that does not read holds.
    private static final int PIECE_BYTES = 16 << 10;

    /// Encoded in one turn of the event loop: some hundred microseconds.
    private static final int MEASURED_BYTES = 256 << 10;

    private static final byte[] HEAD = "{\"events\":[".getBytes(StandardCharsets.US_ASCII);

    private enum Envelopes implements EventFormat {
        JSON;

        @Override
        public int form() {
            return Form.JSON.number();
        }

        @Override
        public void event(Event event, Bytes out) {
            JsonMessages.event(event, out);
        }
    }

    private final Dispatcher loop;
    private final List<Event> events;
    private final byte[] tail;
    private final InFlightBytes.Holder held;
    private int measured; // Events.
    private long length;
    private int begun; // Parts: the head, each event, the tail.
    private int written; // Bytes of the part that has begun.

    /// @param held takes the events' bytes out of the budget for answers
    PollBody(Dispatcher loop, Poll.Result.Found found, InFlightBytes.Holder held) {
        this.loop = loop;
        this.events = found.events();
        this.tail = tail(found);
        this.held = held;
        this.length = (long) HEAD.length + tail.length + Math.max(0, events.size() - 1);
    }

    private static byte[] tail(Poll.Result.Found found) {
        Bytes out = new Bytes();
        out.text("],\"cursor\":\"").text(found.cursor().text()).text("\",\"more\":" + found.more());
        if (found.gap() != null) out.text(",\"gap\":").text(JsonMessages.gap(found.gap()));
        if (found.closed()) out.text(",\"closed\":true");
        out.text("}\n");
        return out.toByteArray();
    }

    /// Learns some more of its length.
    ///
    /// @return whether it is known
    boolean measure() {
        long until = length + MEASURED_BYTES;
        while (measured < events.size() && length < until) {
            length += loop.encoded(events.get(measured), Envelopes.JSON).length();
            measured++;
        }
        return measured == events.size();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public ByteBuf next(ByteBufAllocator memory) {
        ByteBuf piece = memory.directBuffer(PIECE_BYTES);
        while (begun < events.size() + 2 && piece.writableBytes() > 0) add(piece);
        held.moved(piece.readableBytes());
        return piece;
    }

    /// Adds as much of the part that has begun as there is room for.
    private void add(ByteBuf piece) {
        if (begun == 0) {
            add(piece, HEAD);
        } else if (begun > events.size()) {
            add(piece, tail);
        } else {
            Encoded event = loop.encoded(events.get(begun - 1), Envelopes.JSON);
            int comma = begun == 1 ? 0 : 1;
            if (written < comma) piece.writeByte(',');
            written = Math.max(written, comma);
            int from = event.offset() + written - comma;
            add(piece, event.segment().memory(), from, comma + event.length());
        }
    }

    private void add(ByteBuf piece, byte[] part) {
        add(piece, MemorySegment.ofArray(part), written, part.length);
    }

    private void add(ByteBuf piece, MemorySegment memory, int from, int partBytes) {
        int more = Math.min(partBytes - written, piece.writableBytes());
        ByteBuffer to = piece.nioBuffer(piece.writerIndex(), more);
        MemorySegment.copy(memory, from, MemorySegment.ofBuffer(to), 0, more);
        piece.writerIndex(piece.writerIndex() + more);
        written += more;
        if (written < partBytes) return;
        written = 0;
        begun++;
    }

    @Override
    public void close() {
        held.giveBackAll();
    }
}
