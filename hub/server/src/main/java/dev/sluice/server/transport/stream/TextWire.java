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
import org.jspecify.annotations.Nullable;

/// The data alone, with nothing between events. The format has no other messages: an incomplete stream is cut
/// without the last chunk, so that a reader can distinguish it from the end of the channel.
public record TextWire(BodyFraming framing) implements Wire {
    private static final int FORMAT = FormatId.allot(BodyFraming.COUNT);

    @Override
    public int formatId() {
        return FORMAT + framing.index();
    }

    @Override
    public void event(Event event, ByteBuilder out) {
        int start = out.size();
        out.write(event.data());
        framing.close(out, start);
    }

    @Override
    public byte @Nullable [] gap(Gap gap) {
        return null;
    }

    @Override
    public byte @Nullable [] heartbeat(Cursor at, Lag behind) {
        return null;
    }

    @Override
    public byte @Nullable [] closed(ChannelName channel, Cursor at) {
        return null;
    }

    @Override
    public String transport() {
        return "text";
    }

    @Override
    public byte @Nullable [] end(EndReason.Reported reason) {
        return reason instanceof EndReason.Complete ? framing.end() : null;
    }
}
