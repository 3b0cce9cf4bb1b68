package dev.sluice.server.transport;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.Timestamp;
import dev.sluice.server.json.UnicodeLineEnds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/// The hub's JSON messages, the same in every transport: an event's envelope and the other messages of
/// `docs/protocol.md` §2. Each is one line, by the rules of Unicode as well.
public final class JsonMessages {
    private JsonMessages() {}

    /// An event's envelope.
    public static void event(Event event, ByteBuilder out) {
        int start = out.size();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("id", event.id().text());
            json.writeStringProperty("channel", event.channel().value());
            json.writeStringProperty("type", event.type());
            json.writeStringProperty("time", Timestamp.of(event.timeMs()));
            event.forEach(json::writeStringProperty);
            if (event.isForgotten() || event.isKeyEnd()) json.writeBooleanProperty("removed", true);
            if (!event.isForgotten() && !isSilentEnd(event)) data(json, event);
            json.writeEndObject();
        }
        UnicodeLineEnds.escape(out, start);
    }

    /// `{"after":…,"resume":…,"reason":…}`
    public static String gap(Gap gap) {
        return object(json -> gap(json, gap));
    }

    /// The members of that object.
    public static void gap(JsonGenerator json, Gap gap) {
        json.writeStringProperty("after", gap.after());
        json.writeStringProperty("resume", gap.resume().text());
        json.writeStringProperty("reason", gap.reason().name().toLowerCase(Locale.ROOT));
    }

    /// `{"cursor":…,"behind":…}`
    public static String heartbeat(Cursor at, Lag behind) {
        return object(json -> {
            json.writeStringProperty("cursor", at.text());
            json.writeNumberProperty("behind", behind.events());
        });
    }

    /// `{"channel":…,"cursor":…}`
    public static String closed(ChannelName channel, Cursor at) {
        return object(json -> closed(json, channel, at));
    }

    /// The members of that object.
    public static void closed(JsonGenerator json, ChannelName channel, Cursor at) {
        json.writeStringProperty("channel", channel.value());
        json.writeStringProperty("cursor", at.text());
    }

    /// `{"cursor":…}`
    public static String begin(Cursor at) {
        return begin(at, List.of());
    }

    /// `{"cursor":…,"ended":[…]}`
    ///
    /// @param ended the channels that have ended
    public static String begin(Cursor at, List<ChannelName> ended) {
        return object(json -> {
            json.writeStringProperty("cursor", at.text());
            ended(json, ended);
        });
    }

    /// The member `"ended":[…]`.
    ///
    /// @param channels the channels that have ended; if there are none, the member is left out
    public static void ended(JsonGenerator json, List<ChannelName> channels) {
        if (channels.isEmpty()) return;
        json.writeArrayPropertyStart("ended");
        for (ChannelName channel : channels) json.writeString(channel.value());
        json.writeEndArray();
    }

    /// A problem and whether to retry: `{…,"retry":true}`
    public static String error(Problem problem) {
        return object(json -> {
            problem.writeMembers(json);
            json.writeBooleanProperty("retry", problem.isTemporary());
        });
    }

    /// An object with one member: `{"name":inner}`.
    public static String wrap(String name, String inner) {
        return "{\"" + name + "\":" + inner + "}";
    }

    /// @param retryAfterMs when the client should come back
    public static String drain(long retryAfterMs) {
        return object(json -> json.writeNumberProperty("retryAfterMs", retryAfterMs));
    }

    /// An object with the members that `members` writes.
    public static String object(Consumer<JsonGenerator> members) {
        ByteBuilder out = new ByteBuilder(256); // Most are small.
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            members.accept(json);
            json.writeEndObject();
        }
        UnicodeLineEnds.escape(out, 0);
        return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
    }

    /// `?remove=true` without a body means that the key was removed, not that its value is "".
    private static boolean isSilentEnd(Event event) {
        return event.isKeyEnd() && event.dataBytes() == 0;
    }

    private static void data(JsonGenerator json, Event event) {
        byte[] bytes = event.data();
        switch (event.contentKind()) {
            case TEXT -> {
                json.writeName("data");
                json.writeUTF8String(bytes, 0, bytes.length);
            }
            case JSON -> {
                json.writeName("data");
                json.writeRawValue(onOneLine(new String(bytes, StandardCharsets.UTF_8)));
            }
            case BINARY -> {
                json.writeStringProperty("contentType", event.contentType());
                json.writeName("data_base64");
                json.writeBinary(bytes);
            }
        }
    }

    /// In valid JSON line ends occur only between tokens (RFC 8259 §7), where a space is equivalent.
    private static String onOneLine(String json) {
        return json.replace('\n', ' ').replace('\r', ' ');
    }
}
