package dev.sluice.server.publish;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.event.EventType;
import dev.sluice.core.event.TraceParent;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.JsonObjectReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Parses one line of a batch: `{"channel","type"?,"key"?,"from"?,"data"` or `"data_base64","contentType"?}`.
/// Also parses such messages of WebSockets, which may have a `ref` and omit the channel if the connection has
/// only one, and of sessions, which have an `op` and may have conditions.
final class BatchLine {
    /// Limits the size of answers, which repeat the ref.
    private static final int REF_BYTES_MAX = 128;

    /// The sender of the object, which determines the members that it may have.
    private enum LineKind {
        BATCH,
        CONNECTION,
        SESSION
    }

    private final int eventBytesMax;
    private final LineKind kind;
    private @Nullable String ref;
    private @Nullable String idempotencyKey;

    /// The channel of the previous line: most batches go to one channel.
    private final @Nullable ChannelName before;

    private @Nullable String ifMatch;
    private @Nullable String channel;
    private String type = EventType.MESSAGE;
    private EventFields fields;
    private @Nullable String contentType;
    private JsonObjectReader.@Nullable Value data;
    private @Nullable String base64;

    private BatchLine(int eventBytesMax, LineKind kind, @Nullable ChannelName before, EventFields defaults) {
        this.eventBytesMax = eventBytesMax;
        this.kind = kind;
        this.before = before;
        this.fields = defaults;
    }

    /// Creates the parser of a WebSocket message.
    ///
    /// @param defaultChannel the channel of a message that names none; null if each message must name one
    static BatchLine message(int eventBytesMax, @Nullable ChannelName defaultChannel) {
        BatchLine message = new BatchLine(eventBytesMax, LineKind.CONNECTION, null, EventFields.NONE);
        if (defaultChannel != null) message.channel = defaultChannel.value();
        return message;
    }

    /// Creates the parser of a session's message.
    static BatchLine ofSession(int eventBytesMax) {
        return new BatchLine(eventBytesMax, LineKind.SESSION, null, EventFields.NONE);
    }

    /// @param line     not retained
    /// @param before   the channel of the previous line; null for the first line
    /// @param defaults the fields of lines that do not name their own
    /// @throws ProblemException with a message for the publisher
    static Draft parse(byte[] line, int eventBytesMax, @Nullable ChannelName before, EventFields defaults) {
        return new BatchLine(eventBytesMax, LineKind.BATCH, before, defaults).read(line);
    }

    /// Parses a line of valid UTF-8 that `object` reads.
    ///
    /// @throws InvalidJsonException if it is not exactly one object
    static Draft parse(JsonObjectReader object, int eventBytesMax, @Nullable ChannelName before, EventFields defaults)
            throws InvalidJsonException {
        return new BatchLine(eventBytesMax, LineKind.BATCH, before, defaults).draft(object);
    }

    /// The client's reference, as JSON, also after a refusal; null if it is absent or not valid.
    @Nullable
    String ref() {
        return ref;
    }

    /// @throws ProblemException with a message for the publisher
    Draft read(byte[] line) {
        int broken = Utf8.brokenAt(line);
        if (broken >= 0) throw bad(null, "This is not valid UTF-8 from byte " + broken + " on");
        try {
            return draft(new JsonObjectReader(line));
        } catch (InvalidJsonException invalid) {
            throw bad(null, "This is not one JSON object: " + invalid.getMessage());
        }
    }

    private Draft draft(JsonObjectReader object) throws InvalidJsonException {
        for (String name = object.next(); name != null; name = object.next()) {
            JsonObjectReader.Value value = object.value();
            try {
                take(name, value);
            } catch (ProblemException refused) {
                if (kind == LineKind.CONNECTION) findRef(object);
                throw refused;
            }
        }
        return draft();
    }

    /// Reads the rest of a refused message, because its answer needs the ref.
    private void findRef(JsonObjectReader object) throws InvalidJsonException {
        for (String name = object.next(); name != null; name = object.next()) {
            JsonObjectReader.Value value = object.value();
            if (name.equals("ref")) take(name, value);
        }
    }

    /// Reads a message whose JSON has already been parsed.
    ///
    /// @throws ProblemException with a message for the publisher
    Draft read(Map<String, JsonObjectReader.Value> members) {
        JsonObjectReader.Value first = members.get("ref"); // The answer to a refused message needs it.
        if (first != null) take("ref", first);
        members.forEach(this::take);
        return draft();
    }

    private void take(String name, JsonObjectReader.Value value) {
        switch (name) {
            case "channel" -> channel = before != null && value.is(before.value()) ? before.value() : text(name, value);
            case "type" -> type = text(name, value);
            case EventFields.TRACE_PARENT -> fields = fields.in(trace(text(name, value)));
            case "contentType" -> contentType = text(name, value);
            case "data_base64" -> base64 = text(name, value);
            case "data" -> data = value;
            case "ref" -> ref = ref(value);
            case "op" -> text(onlyInSession(name), value);
            case "idempotencyKey" -> idempotencyKey = text(onlyInSession(name), value);
            case "ifMatch" -> ifMatch = text(onlyInSession(name), value);
            default -> {
                if (!EventFields.TEXTS.contains(name)) throw unknown(name);
                fields = PublishRequest.with(fields, name, text(name, value));
            }
        }
    }

    private Draft draft() {
        if (channel == null) throw bad("channel", "No channel is named");
        PublishRequest.checkType(type);
        Content content = content();
        if (content.bytes().length > eventBytesMax) throw BodyCollector.tooLarge("The data is too long", eventBytesMax);
        ChannelName name =
                before != null && channel.equals(before.value()) ? before : PublishRequest.channel(channel, "channel");
        return Draft.event(name, type, fields, content);
    }

    private static TraceParent trace(String text) {
        TraceParent parsed = TraceParent.parse(text);
        if (parsed == null) throw bad("traceparent", "The traceparent is not valid (W3C Trace Context §3.2)");
        return parsed;
    }

    private String onlyInSession(String name) {
        if (kind != LineKind.SESSION) throw unknown(name);
        return name;
    }

    /// The conditions of a session's message.
    Conditions conditions(Draft draft) {
        Newest newest = ifMatch == null ? new Newest.Any() : new Newest.Is(ifMatch);
        if (ifMatch != null && !Cursor.isCursor(ifMatch)) throw bad("ifMatch", "ifMatch is the id of an event");
        if (idempotencyKey == null) return new Conditions(null, newest);
        IdempotencyKey parsed;
        try {
            parsed = IdempotencyKey.of(idempotencyKey);
        } catch (IllegalArgumentException invalid) {
            throw bad("idempotencyKey", "In idempotencyKey, " + invalid.getMessage());
        }
        // The same conditions as those of a POST of this event, so that a POST can repeat it.
        return parsed.conditions(draft, newest);
    }

    private String ref(JsonObjectReader.Value value) {
        if (kind == LineKind.BATCH) throw unknown("ref");
        byte[] bytes = value.bytes();
        boolean scalar = bytes[0] != '{' && bytes[0] != '[';
        if (!scalar || bytes.length > REF_BYTES_MAX) {
            throw bad("ref", "The ref is a string or number of at most " + REF_BYTES_MAX + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8).strip();
    }

    private static ProblemException unknown(String name) {
        return bad(
                Problems.bare(name),
                "There is no member " + Problems.quoted(name) + "; there are channel, type, "
                        + String.join(", ", EventFields.TEXTS) + ", traceparent, data, data_base64 and contentType");
    }

    private Content content() {
        if (base64 != null && data != null)
            throw bad("data", "The line has data and data_base64: leave one of them out");
        if (base64 != null) return dataKind(DataKind.BINARY).check(decoded(base64));
        if (data == null) throw bad("data", "There is no data");
        DataKind of = dataKind(data.isString() ? DataKind.TEXT : DataKind.JSON);
        return switch (of.kind()) {
            case JSON -> new Content(of.kind(), of.type(), data.bytes());
            case TEXT -> new Content(of.kind(), of.type(), utf8(data));
            case BINARY -> throw bad("data", "Data of this contentType goes into data_base64");
        };
    }

    private DataKind dataKind(DataKind fallback) {
        return contentType == null ? fallback : DataKind.of(Optional.of(contentType), "contentType");
    }

    private static byte[] utf8(JsonObjectReader.Value value) {
        if (!value.isString()) throw bad("data", "Data of this contentType is a string");
        byte[] utf8 = value.utf8();
        if (utf8 == null) throw bad("data", "The data contains an incomplete character (a lone surrogate)");
        return utf8;
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException invalid) {
            throw bad("data_base64", "The data is not valid Base64 (RFC 4648 §4)");
        }
    }

    private static String text(String name, JsonObjectReader.Value value) {
        String text = value.text();
        if (text == null) throw bad(name, "The member '" + name + "' is a string");
        return text;
    }

    private static ProblemException bad(@Nullable String field, String what) {
        return Problems.BAD_LINE.refused(field, what + ".");
    }
}
