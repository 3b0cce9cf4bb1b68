package dev.sluice.library;

/// Decodes a body in chunked transfer coding (RFC 9112 §7.1).
final class Chunks {
    private Chunks() {}

    /// @param chunks the complete body, including the last chunk
    static String decoded(String chunks) {
        var body = new StringBuilder();
        int position = 0;
        while (true) {
            int line = chunks.indexOf("\r\n", position);
            int length = Integer.parseInt(chunks.substring(position, line), 16);
            if (length == 0) return body.toString();
            body.append(chunks, line + 2, line + 2 + length);
            position = line + 2 + length + 2;
        }
    }
}
