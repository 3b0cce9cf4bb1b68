package dev.sluice.server.page;

import dev.sluice.server.http.Answer;
import dev.sluice.server.http.ETags;
import dev.sluice.server.http.MediaType;
import dev.sluice.server.http.Request;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/// A file that browsers load, as it is and compressed. It may be kept, but is asked for each time: then a new
/// version of the hub is a new version of its pages, without names that change.
record Asset(String contentType, Body plain, Body zipped) {
    /// @param etag strong, so another one for each coding (RFC 9110 §8.8.3.3)
    @SuppressWarnings("ArrayRecordComponent") // Read once, never changed, sent often.
    record Body(byte[] bytes, String etag) {
        static Body of(byte[] bytes) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
                return new Body(bytes, '"' + HexFormat.of().formatHex(hash, 0, 16) + '"');
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible); // Every JDK has it.
            }
        }
    }

    static Asset of(String contentType, byte[] bytes) {
        return new Asset(contentType, Body.of(bytes), Body.of(zip(bytes)));
    }

    Answer answer(Request request) {
        boolean takesZip = accepts(request, "gzip");
        Body body = takesZip ? zipped : plain;
        Answer answer = ETags.isKnown(request, body.etag)
                ? Answer.empty(HttpResponseStatus.NOT_MODIFIED)
                : Answer.of(HttpResponseStatus.OK, contentType, body.bytes);
        // Private: a cache that many share would have to know that the coding varies.
        answer.with(HttpHeaderNames.ETAG, body.etag).with(HttpHeaderNames.CACHE_CONTROL, "private, no-cache");
        return takesZip ? answer.with(HttpHeaderNames.CONTENT_ENCODING, "gzip") : answer;
    }

    private static boolean accepts(Request request, String coding) {
        for (String header : request.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING)) {
            for (String each : MediaType.split(header, ',')) {
                if (each.equalsIgnoreCase(coding)) return true; // With a weight it may mean no: then plain will do.
            }
        }
        return false;
    }

    private static byte[] zip(byte[] bytes) {
        var zipped = new ByteArrayOutputStream(bytes.length);
        try (var out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // It goes to memory.
        }
        return zipped.toByteArray();
    }
}
