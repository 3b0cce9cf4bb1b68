package dev.sluice.core.event;

/// An event's data and its media type. All holders of the event share the bytes and must not change them: they
/// are validated once, when published, and never copied.
///
/// @param kind  how a JSON envelope represents the data: text as a string, JSON as itself, binary as Base64
/// @param type  the media type as published, `text/plain` by default
/// @param bytes text as UTF-8; JSON as exactly one valid value; binary as published
@SuppressWarnings("ArrayRecordComponent") // Copies per holder would cost too much.
public record Content(ContentKind kind, String type, byte[] bytes) {
    /// The content of an event whose data was removed.
    public static final Content NONE = new Content(ContentKind.TEXT, "text/plain", new byte[0]);
}
