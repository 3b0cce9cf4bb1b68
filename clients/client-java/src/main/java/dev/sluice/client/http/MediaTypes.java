package dev.sluice.client.http;

/** Media types (RFC 9110 §8.3.1). */
public final class MediaTypes {
    private MediaTypes() {}

    /** Returns true if a Content-Type header has this type, with any parameters. */
    public static boolean isA(String contentType, String type) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .equalsIgnoreCase(type);
    }
}
