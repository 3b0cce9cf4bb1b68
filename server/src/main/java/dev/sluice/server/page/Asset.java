package dev.sluice.server.page;

import dev.sluice.server.http.Answer;
import dev.sluice.server.http.ETags;
import dev.sluice.server.http.HeaderNames;
import dev.sluice.server.http.MediaType;
import dev.sluice.server.http.RequestHead;
import dev.sluice.server.http.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/// A file for browsers, plain and compressed. Browsers may cache it but must revalidate it each time: so a new version
/// of the hub brings new pages without changing their names.
record Asset(String contentType, Body plain, Body zipped) {
    /// @param etag strong, so it differs for each coding (RFC 9110 §8.8.3.3)
    @SuppressWarnings("ArrayRecordComponent") // Never changed.
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

    Answer answer(RequestHead request) {
        boolean takesZip = accepts(request, "gzip");
        Body body = takesZip ? zipped : plain;
        Answer answer = ETags.isKnown(request, body.etag)
                ? Answer.empty(Status.NOT_MODIFIED)
                : Answer.of(Status.OK, contentType, body.bytes);
        // Private, because a shared cache would need `Vary: Accept-Encoding`.
        answer.with(HeaderNames.ETAG, body.etag).with(HeaderNames.CACHE_CONTROL, "private, no-cache");
        return takesZip ? answer.with(HeaderNames.CONTENT_ENCODING, "gzip") : answer;
    }

    static boolean accepts(RequestHead request, String coding) {
        for (String header : request.headers(HeaderNames.ACCEPT_ENCODING)) {
            for (String each : MediaType.split(header, ',')) {
                if (each.equalsIgnoreCase(coding)) return true; // A weight is not parsed (it may be 0): plain works.
            }
        }
        return false;
    }

    static byte[] zip(byte[] bytes) {
        var zipped = new ByteArrayOutputStream(bytes.length);
        try (var out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // Writes to memory.
        }
        return zipped.toByteArray();
    }
}
