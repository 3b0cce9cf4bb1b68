package dev.sluice.server.transport.sse;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.subscribe.HeartbeatForm;
import dev.sluice.server.transport.FormatId;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.JsonMessages;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Encodes Server-Sent Events (WHATWG HTML §9.2).
///
/// @param json      whether the data is the event's envelope or its data alone
/// @param heartbeat the form of heartbeats, and of other fields that are no event
public record SseWire(boolean json, BodyFraming framing, HeartbeatForm heartbeat) implements Wire {
    private static final int RAW = FormatId.allot(BodyFraming.COUNT);
    private static final int RAW_FIELDS = FormatId.allot(BodyFraming.COUNT);
    private static final int JSON = FormatId.allot(BodyFraming.COUNT);

    /// The wire of almost all streams, shared by them.
    private static final SseWire DEFAULT = new SseWire(false, BodyFraming.CHUNKED, HeartbeatForm.BLOCK);

    static SseWire of(boolean json, BodyFraming framing, HeartbeatForm heartbeat) {
        SseWire wire = new SseWire(json, framing, heartbeat);
        return wire.equals(DEFAULT) ? DEFAULT : wire;
    }

    @Override
    public int formatId() {
        int raw = heartbeat == HeartbeatForm.FIELD ? RAW_FIELDS : RAW;
        return (json ? JSON : raw) + framing.index();
    }

    @Override
    public void event(Event event, ByteBuilder out) {
        int start = out.size();
        if (json) {
            type(event.type(), out);
            out.text("data: ");
            JsonMessages.event(event, out);
            out.write('\n');
        } else if (!event.isForgotten()) {
            type(event.type(), out);
            data(event, out);
        }
        // An id without data still moves the reader's cursor (WHATWG HTML §9.2.6).
        boolean hasData = json || !event.isForgotten();
        out.ascii("id: ").cursor(event.id()).ascii(hasData ? "\n\n" : endOfFields());
        framing.close(out, start);
    }

    @Override
    public byte[] gap(Gap gap) {
        return framing.piece(block("sluice.gap", JsonMessages.gap(gap), gap.resume()));
    }

    @Override
    public byte[] heartbeat(Cursor at, Lag behind) {
        if (heartbeat == HeartbeatForm.EVENT) {
            return framing.piece(block("sluice.heartbeat", JsonMessages.heartbeat(at, behind), at));
        }
        return framing.piece("id: " + at.text() + endOfFields());
    }

    /// The end of fields that are no event: with an empty line if the client wants blocks.
    String endOfFields() {
        return heartbeat == HeartbeatForm.FIELD ? "\n" : "\n\n";
    }

    @Override
    public byte[] closed(ChannelName channel, Cursor at) {
        return framing.piece(block("sluice.closed", JsonMessages.closed(channel, at), at));
    }

    @Override
    public String transport() {
        return "sse";
    }

    @Override
    public byte @Nullable [] end(EndReason.Reported reason) {
        if (reason instanceof EndReason.Reconnect back && back.retryAfterMs() > 0)
            return framing.lastPiece("retry: " + back.retryAfterMs() + endOfFields());
        return HttpStream.end(framing, reason, SseWire::refusal);
    }

    /// A reconnection time precedes the problem, if it says when to come back.
    private static String refusal(Problem problem) {
        String seconds = problem.headers().get("Retry-After");
        String retry = seconds == null ? "" : "retry: " + seconds + "000\n";
        return retry + block("sluice.error", JsonMessages.error(problem), null);
    }

    /// An event of the server itself.
    static String block(String type, String data, @Nullable Cursor id) {
        return "event: " + type + "\ndata: " + data + (id == null ? "" : "\nid: " + id.text()) + "\n\n";
    }

    private static void type(String type, ByteBuilder out) {
        if (!type.equals(EventType.MESSAGE)) out.text("event: ").text(type).text("\n");
    }

    /// One `data` line per line; CR and CRLF become LF, as the format can't carry them.
    private static void data(Event event, ByteBuilder out) {
        byte[] bytes =
                event.contentKind() == ContentKind.BINARY ? Base64.getEncoder().encode(event.data()) : event.data();
        int from = 0;
        for (int at = 0; at <= bytes.length; at++) {
            boolean isEnd = at == bytes.length || bytes[at] == '\n' || bytes[at] == '\r';
            if (!isEnd) continue;
            out.ascii("data: ");
            out.write(bytes, from, at - from);
            out.write('\n');
            if (at + 1 < bytes.length && bytes[at] == '\r' && bytes[at + 1] == '\n') at++;
            from = at + 1;
        }
    }
}
