package dev.sluice.lab.client;

import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A streamed answer over HTTP/1.1: Server-Sent Events, JSON lines or text.
///
/// @param target the path of the channel
record HttpStream(Route route, String target, Format format) implements Transport {
    @Override
    public void read(Reader reader) throws IOException {
        var headers = route.headers().ofRequest("http://" + route.authority(), format.accept());
        if (format == Format.EVENTS) headers.put("Cache-Control", "no-cache"); // As EventSource has it.
        @Nullable String cursor = reader.cursor();
        if (cursor != null && format == Format.EVENTS) headers.put("Last-Event-ID", cursor);
        String after = cursor == null || format != Format.LINES ? "latest" : cursor;
        try (var socket = new HttpSocket(route)) {
            var answer = socket.get(target + "?after=" + after, headers);
            if (answer.status() != 200) throw new IOException("a stream was answered with " + answer.status());
            reader.ready();
            Parts.read(answer.body(), format.delimiter(), format.parser(reader));
        }
        throw new EOFException("the stream has ended");
    }

    @Override
    public long pauseMs(Reader reader, int failures) {
        boolean isToldByHub = format == Format.EVENTS && reader.retryMs() >= 0;
        return isToldByHub ? reader.retryMs() : Pause.backoffMs(failures);
    }
}
