package dev.sluice.server.transport.stream;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.transport.FormatId;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.JsonMessages;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One JSON object per line: an event's envelope, or one of the other messages.
public record JsonLinesWire(BodyFraming framing) implements Wire {
    private static final int FORMAT = FormatId.allot(BodyFraming.COUNT);

    @Override
    public int formatId() {
        return FORMAT + framing.index();
    }

    @Override
    public void event(Event event, ByteBuilder out) {
        int start = out.size();
        JsonMessages.event(event, out);
        out.write('\n');
        framing.close(out, start);
    }

    /// The line with the starting cursor, and the channels that have ended before it.
    public byte[] begin(Cursor at, List<ChannelName> ended) {
        return framing.piece(JsonMessages.begin(at, ended) + "\n");
    }

    @Override
    public byte[] gap(Gap gap) {
        return line("gap", JsonMessages.gap(gap));
    }

    @Override
    public byte[] heartbeat(Cursor at, Lag behind) {
        return line("heartbeat", JsonMessages.heartbeat(at, behind));
    }

    @Override
    public byte[] closed(ChannelName channel, Cursor at) {
        return line("closed", JsonMessages.closed(channel, at));
    }

    @Override
    public String transport() {
        return "ndjson";
    }

    @Override
    public byte @Nullable [] end(EndReason.Reported reason) {
        if (reason instanceof EndReason.Reconnect back && back.retryAfterMs() > 0)
            return framing.lastPiece(JsonMessages.wrap("drain", JsonMessages.drain(back.retryAfterMs())) + "\n");
        return HttpStream.end(
                framing, reason, problem -> JsonMessages.wrap("error", JsonMessages.error(problem)) + "\n");
    }

    private byte[] line(String name, String object) {
        return framing.piece(JsonMessages.wrap(name, object) + "\n");
    }
}
