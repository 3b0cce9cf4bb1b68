package dev.sluice.server.clients;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Reads lines of a stream that may break: a line without its line end is dropped.
public final class WholeLines {
    private WholeLines() {}

    /// Reads to the end of the stream, and returns how it ended.
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
