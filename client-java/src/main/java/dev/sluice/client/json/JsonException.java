package dev.sluice.client.json;

/** A text is not JSON, or is more than the reader takes. The only thing that reading any text at all can throw. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1;

    JsonException(String reason, int at) {
        super(reason + " at character " + at);
    }

    /** For text that holds sound JSON of another shape than the one that was expected. */
    public JsonException(String reason) {
        super(reason);
    }

    JsonException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
