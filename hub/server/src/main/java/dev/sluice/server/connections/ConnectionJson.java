package dev.sluice.server.connections;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.delivery.metrics.StreamCount;
import dev.sluice.core.delivery.operator.ClosedStreamStatus;
import dev.sluice.core.delivery.operator.StreamPage;
import dev.sluice.core.delivery.operator.StreamStatus;
import dev.sluice.core.delivery.stream.StreamKind;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.Timestamp;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/// Streams as JSON. Members with their usual value are omitted, because a console polls this document.
final class ConnectionJson {
    private ConnectionJson() {}

    /// @param next id after which the next page begins; 0 if this is the last page
    static byte[] page(StreamPage page, long next, List<ClosedStreamStatus> past, List<StreamCount> counts) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("connections");
            for (StreamStatus each : page.streams()) {
                json.writeStartObject();
                write(json, each);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberProperty("matched", page.matched());
            if (next != 0) json.writeStringProperty("next", Long.toString(next));
            json.writeArrayPropertyStart("ended");
            for (ClosedStreamStatus each : past) write(json, each);
            json.writeEndArray();
            json.writeObjectPropertyStart("open");
            byTransport(counts).forEach(json::writeNumberProperty);
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    /// Subscriptions of sessions are left out, because they share the session's connection.
    private static Map<String, Long> byTransport(List<StreamCount> counts) {
        var open = new TreeMap<String, Long>();
        for (StreamCount each : counts)
            if (each.kind() != StreamKind.SUBSCRIPTION) open.merge(each.transport(), each.open(), Long::sum);
        return open;
    }

    private static void write(JsonGenerator json, ClosedStreamStatus past) {
        json.writeStartObject();
        write(json, past.last());
        json.writeStringProperty("ended", Timestamp.of(past.endedMs()));
        json.writeStringProperty("reason", word(past.reason()));
        json.writeEndObject();
    }

    /// Writes the members of a stream.
    static void write(JsonGenerator json, StreamStatus stream) {
        json.writeStringProperty("id", Long.toString(stream.id()));
        json.writeStringProperty("transport", stream.transport());
        if (stream.kind() == StreamKind.SESSION) json.writeBooleanProperty("session", true);
        json.writeStringProperty("address", stream.client().address());
        if (!stream.client().isAnonymous())
            json.writeStringProperty("sub", stream.client().name());
        if (!stream.keyId().isEmpty()) json.writeStringProperty("kid", stream.keyId());
        if (!stream.agent().isEmpty()) json.writeStringProperty("agent", stream.agent());
        json.writeStringProperty("since", Timestamp.of(stream.openedMs()));
        json.writeArrayPropertyStart("channels");
        for (Pattern each : stream.channels()) json.writeString(each.value());
        json.writeEndArray();
        if (stream.patterns() > stream.channels().size()) json.writeNumberProperty("patterns", stream.patterns());
        if (stream.cursor() != null)
            json.writeStringProperty("cursor", stream.cursor().text());
        if (stream.backlog().ms() > 0 || stream.backlog().lag().events() > 0) {
            json.writeNumberProperty("behind", stream.backlog().lag().events());
            json.writeNumberProperty("behindMs", stream.backlog().ms());
        }
        json.writeNumberProperty("bytes", stream.bytes());
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
