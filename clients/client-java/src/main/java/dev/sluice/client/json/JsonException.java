package dev.sluice.client.json;

/** A text is not valid JSON, or exceeds a limit. Parsing any text throws nothing else. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1;

    JsonException(String reason, int position) {
        super(reason + " at character " + position);
    }

    /** For valid JSON that does not have the expected structure. */
    public JsonException(String reason) {
        super(reason);
    }

    JsonException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
