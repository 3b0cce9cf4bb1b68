package dev.sluice.server.transport.poll;

import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.delivery.stream.EventFormat;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.encoding.EncodedEvent;
import dev.sluice.core.event.Event;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ResponseSource;
import dev.sluice.server.transport.FormatId;
import dev.sluice.server.transport.JsonMessages;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A poll's result as JSON: `{"events":[…],"cursor":"…","more":false}`, with `"gap"`, `"closed"` and `"ended"` if
/// they apply. The body is [measured][#measure] first, for `Content-Length`, then written as fast as the client
/// reads. Each event is encoded once for all polls that return it, as for streams, and copied from there.
final class PollBody implements ResponseSource {
    /// The amount encoded in one turn of the event loop: some hundred microseconds.
    private static final int MEASURED_BYTES = 256 << 10;

    private static final byte[] HEAD = "{\"events\":[".getBytes(StandardCharsets.US_ASCII);

    private enum EnvelopeFormat implements EventFormat {
        JSON;

        private static final int FORMAT = FormatId.allot(1);

        @Override
        public int formatId() {
            return FORMAT;
        }

        @Override
        public void event(Event event, ByteBuilder out) {
            JsonMessages.event(event, out);
        }
    }

    private final Dispatcher loop;
    private final List<Event> events;
    private final byte[] tail;
    private final InFlightBytes.EvictableHolder budget;
    private int measured; // Events measured.
    private long length;
    private int part; // The index of the current part: the head, then each event, then the tail.
    private int written; // Bytes written of the current part.

    /// @param budget counts the bytes of the events towards the budget for answers
    PollBody(Dispatcher loop, Poll.Result.Found found, InFlightBytes.EvictableHolder budget) {
        this.loop = loop;
        this.events = found.events();
        this.tail = tail(found);
        this.budget = budget;
        this.length = (long) HEAD.length + tail.length + Math.max(0, events.size() - 1);
    }

    private static byte[] tail(Poll.Result.Found found) {
        String members = JsonMessages.object(json -> {
            json.writeStringProperty("cursor", found.cursor().text());
            json.writeBooleanProperty("more", found.more());
            if (found.gap() != null) {
                json.writeObjectPropertyStart("gap");
                JsonMessages.gap(json, found.gap());
                json.writeEndObject();
            }
            if (found.closed()) json.writeBooleanProperty("closed", true);
            JsonMessages.ended(json, found.ended());
        });
        return ("]," + members.substring(1) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /// Measures some more events.
    ///
    /// @return true if the length is complete
    boolean measure() {
        long until = length + MEASURED_BYTES;
        while (measured < events.size() && length < until) {
            length += loop.encoded(events.get(measured), EnvelopeFormat.JSON).length();
            measured++;
        }
        return measured == events.size();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void next(ByteBuffer piece) {
        int before = piece.remaining();
        while (part < events.size() + 2 && piece.hasRemaining()) add(piece);
        budget.moved(before - piece.remaining());
    }

    /// Adds as much of the current part as the piece has room for.
    private void add(ByteBuffer piece) {
        if (part == 0) {
            add(piece, HEAD);
        } else if (part > events.size()) {
            add(piece, tail);
        } else {
            EncodedEvent event = loop.encoded(events.get(part - 1), EnvelopeFormat.JSON);
            int comma = part == 1 ? 0 : 1;
            if (written < comma) piece.put((byte) ',');
            written = Math.max(written, comma);
            int from = event.offset() + written - comma;
            add(piece, event.segment().memory(), from, comma + event.length());
        }
    }

    private void add(ByteBuffer piece, byte[] bytes) {
        add(piece, MemorySegment.ofArray(bytes), written, bytes.length);
    }

    private void add(ByteBuffer piece, MemorySegment memory, int from, int partBytes) {
        int more = Math.min(partBytes - written, piece.remaining());
        MemorySegment.copy(memory, from, MemorySegment.ofBuffer(piece), 0, more);
        piece.position(piece.position() + more);
        written += more;
        if (written < partBytes) return;
        written = 0;
        part++;
    }

    @Override
    public void close() {
        budget.giveBackAll();
    }
}
