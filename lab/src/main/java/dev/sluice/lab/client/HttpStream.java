package dev.sluice.lab.client;

import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A streamed answer over HTTP/1.1: Server-Sent Events, JSON lines or text.
///
/// @param target the path of the channel
record HttpStream(Route route, String target, StreamFormat format) implements Transport {
    @Override
    public void read(ReaderState reader) throws IOException {
        var headers = route.headers().ofRequest("http://" + route.authority(), format.accept());
        if (format == StreamFormat.EVENTS) headers.put("Cache-Control", "no-cache"); // As EventSource has it.
        @Nullable String cursor = reader.cursor();
        if (cursor != null && format == StreamFormat.EVENTS) headers.put("Last-Event-ID", cursor);
        String after = cursor == null || format != StreamFormat.LINES ? "latest" : cursor;
        try (var socket = new HttpSocket(route)) {
            var answer = socket.get(target + "?after=" + after, headers);
            if (answer.status() != 200) throw new IOException("a stream was answered with " + answer.status());
            reader.ready();
            DelimitedStream.read(answer.body(), format, reader);
        }
        throw new EOFException("the stream has ended");
    }

    @Override
    public long pauseMs(ReaderState reader, int failures) {
        boolean isToldByHub = format == StreamFormat.EVENTS && reader.retryMs() >= 0;
        return isToldByHub ? reader.retryMs() : Backoff.ms(failures);
    }
}
