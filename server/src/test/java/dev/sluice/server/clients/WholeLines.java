package dev.sluice.server.clients;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Reads lines as whoever reads a stream that may break must: what has no line's end yet is no line.
public final class WholeLines {
    private WholeLines() {}

    /// Returns at the stream's end, with how it ended.
    public static String each(InputStream stream, Consumer<String> line) {
        var bytes = new ByteArrayOutputStream();
        try (var in = new BufferedInputStream(stream)) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next == '\n') {
                    line.accept(bytes.toString(StandardCharsets.UTF_8));
                    bytes.reset();
                } else {
                    bytes.write(next);
                }
            }
            return "end of stream";
        } catch (IOException broken) {
            return "broken: " + broken;
        }
    }
}
