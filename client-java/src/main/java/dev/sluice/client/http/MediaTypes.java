package dev.sluice.client.http;

/** Media types as RFC 9110 §8.3.1 writes them. */
public final class MediaTypes {
    private MediaTypes() {}

    /** Whether a Content-Type header names a type, whatever its parameters. */
    public static boolean isA(String contentType, String type) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .equalsIgnoreCase(type);
    }
}
