package dev.sluice.server.publish;

import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.server.http.head.MediaType;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.Json;
import java.util.Optional;

/// The kind of an event's data: text, JSON or binary. `docs/protocol.md` §3.
///
/// @param type the media type that is stored
record DataKind(ContentKind kind, String type) {
    static final DataKind TEXT = new DataKind(ContentKind.TEXT, "text/plain");
    static final DataKind JSON = new DataKind(ContentKind.JSON, "application/json");
    static final DataKind BINARY = new DataKind(ContentKind.BINARY, "application/octet-stream");

    /// Limits the size of an event's envelope.
    private static final int TYPE_CHARACTERS_MAX = 255;

    /// @param field the header or member that has the type, for the refusal
    /// @throws dev.sluice.server.http.head.ProblemException `415` for another charset, `400` for an invalid
    ///     media type
    static DataKind of(Optional<String> contentType, String field) {
        String text = contentType.orElse("").strip();
        if (text.isEmpty() || text.equals(TEXT.type)) return TEXT; // The usual cases need no parsing.
        if (text.equals(JSON.type)) return JSON;
        MediaType type = MediaType.parse(text)
                .filter(parsed -> text.length() <= TYPE_CHARACTERS_MAX)
                .filter(parsed ->
                        !parsed.type().equals("*") && !parsed.subtype().equals("*"))
                .orElseThrow(() -> Problems.BAD_HEADER.refused(
                        field, Problems.quoted(text) + " is not a media type: write it as text/plain or image/png."));
        // `curl -d` sends this type for any data.
        if (type.essence().equals("application/x-www-form-urlencoded")) return checked(type, TEXT);
        if (type.type().equals("text")) return checked(type, new DataKind(ContentKind.TEXT, type.essence()));
        if (type.essence().equals("application/json") || type.subtype().endsWith("+json")) {
            return checked(type, new DataKind(ContentKind.JSON, type.essence()));
        }
        return new DataKind(ContentKind.BINARY, text);
    }

    private static DataKind checked(MediaType type, DataKind kind) {
        String charset = type.parameters().getOrDefault("charset", "utf-8");
        if (charset.equalsIgnoreCase("utf-8") || charset.equalsIgnoreCase("utf8")) return kind;
        throw Problems.UNSUPPORTED_TYPE.refused(
                "Content-Type",
                "Text is accepted as UTF-8 only, not as " + Problems.quoted(charset)
                        + ": convert it, or send it as binary.");
    }

    boolean isText() {
        return kind == ContentKind.TEXT;
    }

    /// @throws dev.sluice.server.http.head.ProblemException `400` if the bytes are not valid for this kind
    Content check(byte[] bytes) {
        if (kind != ContentKind.BINARY) {
            int broken = Utf8.brokenAt(bytes);
            if (broken >= 0) {
                throw Problems.BAD_DATA.refused("The data is not valid UTF-8 from byte " + broken
                        + " on. Send UTF-8, or another Content-Type for binary data.");
            }
        }
        if (kind == ContentKind.JSON) {
            try {
                Json.check(bytes);
            } catch (InvalidJsonException invalid) {
                throw Problems.BAD_DATA.refused("The data is not one JSON value: " + invalid.getMessage() + ".");
            }
        }
        return new Content(kind, type, bytes);
    }
}
