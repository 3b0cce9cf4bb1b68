package dev.sluice.library;

/// The body that chunks carry (RFC 9112 §7.1).
final class Chunks {
    private Chunks() {}

    /// @param chunks whole, the last one included
    static String unwrapped(String chunks) {
        var body = new StringBuilder();
        int at = 0;
        while (true) {
            int line = chunks.indexOf("\r\n", at);
            int length = Integer.parseInt(chunks.substring(at, line), 16);
            if (length == 0) return body.toString();
            body.append(chunks, line + 2, line + 2 + length);
            at = line + 2 + length + 2;
        }
    }
}
