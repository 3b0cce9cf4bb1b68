package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A wire whose output [WireOutput] parses; counts how often it encodes an event.
///
/// @param formatId   see [Wire#formatId]
/// @param eventsOnly whether it formats events as raw text and cannot express anything else
/// @param encodings  the number of events encoded
public record RecordingWire(int formatId, boolean eventsOnly, AtomicInteger encodings) implements Wire {
    RecordingWire(int formatId) {
        this(formatId, false, new AtomicInteger());
    }

    public static RecordingWire eventsOnly(int formatId) {
        return new RecordingWire(formatId, true, new AtomicInteger());
    }

    public static byte[] control(String text) {
        return ("control " + text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    public static String event(Cursor id, String channel, String data) {
        return "event " + id.text() + " " + channel + " " + data.getBytes(StandardCharsets.UTF_8).length + "\n" + data
                + "\n";
    }

    @Override
    public void event(Event event, ByteBuilder out) {
        encodings.incrementAndGet();
        if (event.isForgotten() && eventsOnly) return;
        String data =
                event.isForgotten() ? "(forgotten)" : new String(event.content().bytes(), StandardCharsets.UTF_8);
        out.text(eventsOnly ? data : event(event.id(), event.channel().value(), data));
    }

    @Override
    public byte @Nullable [] gap(Gap gap) {
        return frame("gap " + gap.after() + " " + gap.resume().text() + " " + gap.reason());
    }

    @Override
    public byte @Nullable [] heartbeat(Cursor at, Lag lag) {
        return frame("heartbeat " + at.text() + " " + lag.events());
    }

    @Override
    public byte @Nullable [] closed(ChannelName channel, Cursor at) {
        return frame("closed " + channel + " " + at.text());
    }

    @Override
    public String transport() {
        return "test";
    }

    @Override
    public byte @Nullable [] end(EndReason.Reported reason) {
        if (eventsOnly) return reason instanceof EndReason.Complete ? new byte[0] : null;
        return frame("end " + reason.getClass().getSimpleName());
    }

    private byte @Nullable [] frame(String line) {
        return eventsOnly ? null : (line + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
