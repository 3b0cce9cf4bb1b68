package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.encoded.Bytes;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Says everything in lines that [Said] reads back, and counts how often it had to encode an event.
///
/// @param form      see [Wire#form]
/// @param speechless whether it has no words for anything but events, as raw text
record RecordingWire(int form, boolean speechless, AtomicInteger encodings) implements Wire {
    RecordingWire(int form) {
        this(form, false, new AtomicInteger());
    }

    static RecordingWire speechless(int form) {
        return new RecordingWire(form, true, new AtomicInteger());
    }

    static byte[] words(String text) {
        return ("words " + text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static String event(Cursor id, String channel, String data) {
        return "event " + id.text() + " " + channel + " " + data.getBytes(StandardCharsets.UTF_8).length + "\n" + data
                + "\n";
    }

    @Override
    public void event(Event event, Bytes out) {
        encodings.incrementAndGet();
        if (event.isForgotten() && speechless) return;
        String data =
                event.isForgotten() ? "(forgotten)" : new String(event.content().bytes(), StandardCharsets.UTF_8);
        out.text(speechless ? data : event(event.id(), event.channel().value(), data));
    }

    @Override
    public byte @Nullable [] gap(Gap gap) {
        return said("gap " + gap.after() + " " + gap.resume().text() + " " + gap.reason());
    }

    @Override
    public byte @Nullable [] heartbeat(Cursor at, Lag behind) {
        return said("beat " + at.text() + " " + behind.events());
    }

    @Override
    public byte @Nullable [] closed(ChannelName channel, Cursor at) {
        return said("closed " + channel + " " + at.text());
    }

    @Override
    public byte @Nullable [] end(Ending ending) {

        if (speechless) return ending instanceof Ending.Complete ? new byte[0] : null;
        return said("end " + ending.getClass().getSimpleName());
    }

    private byte @Nullable [] said(String line) {
        return speechless ? null : (line + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
