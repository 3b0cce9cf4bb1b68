package dev.sluice.durablestreams;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What was decided when a stream was created.
///
/// @param contentType the type of the stream's data
/// @param ttlSeconds  how long the stream may be idle; null for any time
/// @param expiresAt   when the stream ends, as an RFC 3339 time; null for never
/// @param created     the id of the event that created the stream; empty in that event itself
/// @param root        the `created` of the first stream of a chain of forks; empty if this is the first
/// @param fork        from where the stream inherits; null if it is no fork
/// @param isDeleted   true if the stream was deleted, and is kept only until its data and forks are gone
record StreamConfig(
        String contentType,
        @Nullable Long ttlSeconds,
        @Nullable String expiresAt,
        String created,
        String root,
        @Nullable Fork fork,
        boolean isDeleted) {
    static final String JSON = "application/json";

    /// The origin of a fork.
    ///
    /// @param source    the name of the source stream
    /// @param requested the offset in the request; empty if there was none
    /// @param sub       how many messages or bytes after that offset are inherited
    /// @param at        the id of the last event of the source that is inherited; empty for none
    record Fork(String source, String requested, long sub, String at) {}

    /// @throws java.time.DateTimeException if the text is no RFC 3339 time
    static Instant instant(String rfc3339) {
        return OffsetDateTime.parse(rfc3339).toInstant();
    }

    StreamConfig createdBy(String id) {
        return new StreamConfig(contentType, ttlSeconds, expiresAt, id, root.isEmpty() ? id : root, fork, isDeleted);
    }

    StreamConfig deleted() {
        return new StreamConfig(contentType, ttlSeconds, expiresAt, created, root, fork, true);
    }

    /// The id after which the stream's own events begin: the place of the fork, or its creation.
    String begin() {
        return fork == null || fork.at().isEmpty() ? created : fork.at();
    }

    /// Returns true if the stream expires.
    boolean hasLifetime() {
        return ttlSeconds != null || expiresAt != null;
    }

    boolean isJson() {
        return isJson(contentType);
    }

    static boolean isJson(String contentType) {
        return mediaType(contentType).equals(JSON);
    }

    boolean isText() {
        return mediaType(contentType).startsWith("text/");
    }

    boolean hasType(String other) {
        return mediaType(contentType).equals(mediaType(other));
    }

    /// The type without its parameters: a charset makes no other stream.
    private static String mediaType(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
