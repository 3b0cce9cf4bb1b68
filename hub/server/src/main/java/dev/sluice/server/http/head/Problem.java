package dev.sluice.server.http.head;

import dev.sluice.server.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// A problem detail (RFC 9457): why a request was refused, and what to do about it. All kinds are in [Problems].
///
/// @param status  the HTTP status
/// @param type    stable, `/problems/…`
/// @param title   the same for every problem of the type
/// @param detail  what happened, with which value, and what to do next
/// @param field   the offending parameter, header or member; null if none in particular
/// @param headers further headers of the answer, such as `Allow` or `Retry-After`
/// @param members further members of the JSON: strings and whole numbers
public record Problem(
        int status,
        String type,
        String title,
        String detail,
        @Nullable String field,
        Map<String, String> headers,
        Map<String, Object> members) {
    public static final String CONTENT_TYPE = "application/problem+json";

    public Problem {
        headers = Map.copyOf(headers);
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members)); // In the order they were given.
    }

    public Problem(
            int status, String type, String title, String detail, @Nullable String field, Map<String, String> headers) {
        this(status, type, title, detail, field, headers, Map.of());
    }

    /// Returns a copy with a further header.
    public Problem withHeader(String name, String value) {
        return new Problem(status, type, title, detail, field, with(headers, name, value), members);
    }

    /// Returns a copy with a further member.
    public Problem withMember(String name, Object value) {
        return new Problem(status, type, title, detail, field, headers, with(members, name, value));
    }

    /// Returns true if the same request may succeed later.
    public boolean isTemporary() {
        return status == 429 || status == 503;
    }

    /// The JSON object.
    public byte[] json() {
        return Json.bytes(json -> {
            json.writeStartObject();
            writeMembers(json);
            json.writeEndObject();
        });
    }

    /// Writes the members of the JSON object, for callers that add further ones.
    public void writeMembers(JsonGenerator json) {
        json.writeStringProperty("type", type);
        json.writeStringProperty("title", title);
        json.writeNumberProperty("status", status);
        json.writeStringProperty("detail", detail);
        if (field != null) json.writeStringProperty("field", field);
        members.forEach((name, value) -> {
            if (value instanceof Number number) json.writeNumberProperty(name, number.longValue());
            else json.writeStringProperty(name, value.toString());
        });
    }

    private static <T> Map<String, T> with(Map<String, T> map, String name, T value) {
        var copy = new LinkedHashMap<>(map);
        copy.put(name, value);
        return copy;
    }
}
