package dev.sluice.server.transport.stream;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Ending;
import dev.sluice.core.delivery.Wire;
import dev.sluice.core.encoded.Bytes;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.server.transport.Form;
import dev.sluice.server.transport.Framing;
import org.jspecify.annotations.Nullable;

/// The data alone, nothing between events. It has no words for anything else: what is not whole is cut, without the
/// last chunk, so that a reader can tell it from the end of the channel.
public record TextWire(Framing framing) implements Wire {
    @Override
    public int form() {
        return (framing == Framing.CHUNKED ? Form.TEXT_CHUNKED : Form.TEXT).number();
    }

    @Override
    public void event(Event event, Bytes out) {
        int start = out.size();
        out.write(event.content().bytes());
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
    public byte @Nullable [] end(Ending ending) {
        return ending instanceof Ending.Complete ? framing.end() : null;
    }
}
