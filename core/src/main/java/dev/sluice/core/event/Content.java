package dev.sluice.core.event;

/// An event's data and how it is to be understood. The bytes are shared by everybody who holds the event and
/// must not be changed: they are checked once, at the door, and never copied after that.
///
/// @param kind  how an envelope writes the data: text as a string, JSON as itself, binary as Base64
/// @param type  the media type as published, `text/plain` when none was said
/// @param bytes text as UTF-8; JSON as exactly one valid value; binary as it came
@SuppressWarnings("ArrayRecordComponent") // A copy for each holder is what an event must not cost.
public record Content(Kind kind, String type, byte[] bytes) {
    /// How data is kept. `docs/protocol.md` §3.
    public enum Kind {
        TEXT,
        JSON,
        BINARY
    }

    /// What is left of an event that was forgotten.
    public static final Content NONE = new Content(Kind.TEXT, "text/plain", new byte[0]);
}
