package dev.sluice.server.transport.stream;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Ending;
import dev.sluice.core.delivery.Wire;
import dev.sluice.core.encoded.Bytes;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.server.http.Problem;
import dev.sluice.server.transport.Form;
import dev.sluice.server.transport.Framing;
import dev.sluice.server.transport.JsonMessages;
import dev.sluice.server.transport.Refusals;
import org.jspecify.annotations.Nullable;

/// One JSON object a line: an event's envelope, or one of the objects that are said besides events.
public record JsonLinesWire(Framing framing) implements Wire {
    @Override
    public int form() {
        return (framing == Framing.CHUNKED ? Form.NDJSON_CHUNKED : Form.NDJSON).number();
    }

    @Override
    public void event(Event event, Bytes out) {
        int start = out.size();
        JsonMessages.event(event, out);
        out.write('\n');
        framing.close(out, start);
    }

    /// Where the stream begins.
    public byte[] begin(Cursor at) {
        return framing.piece(JsonMessages.begin(at) + "\n");
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
    public byte @Nullable [] end(Ending ending) {
        return switch (ending) {
            case Ending.Complete _, Ending.Stopping _ -> framing.end();
            case Ending.ByClient _ -> null;
            case Ending.Missing _, Ending.TooFarBehind _, Ending.Unavailable _ -> {
                Problem problem = Refusals.of(ending);
                yield problem == null
                        ? null
                        : framing.lastPiece(JsonMessages.wrap("error", JsonMessages.error(problem)) + "\n");
            }
        };
    }

    private byte[] line(String name, String object) {
        return framing.piece(JsonMessages.wrap(name, object) + "\n");
    }
}
