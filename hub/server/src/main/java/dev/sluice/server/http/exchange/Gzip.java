package dev.sluice.server.http.exchange;

import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.MediaType;
import dev.sluice.server.http.head.RequestHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Compresses whole bodies for clients that accept gzip (RFC 9110 §12.5.3).
/// `docs/decisions/0017-when-http2-and-compression.md`.
public final class Gzip {
    /// A smaller body fits into one packet uncompressed.
    static final int BYTES_MIN = 1_024;

    /// Compressing this many bytes takes an event loop a few milliseconds.
    static final int BYTES_MAX = 512 << 10;

    private Gzip() {}

    /// Returns true if an answer that contains data of its caller, such as a name, may be compressed.
    public static boolean isSafe(RequestHead request) {
        return isAccepted(request) && !isOfAnotherSite(request);
    }

    /// Returns true if the client accepts gzip.
    public static boolean isAccepted(RequestHead request) {
        for (String header : request.headers(HeaderNames.ACCEPT_ENCODING)) {
            for (String each : MediaType.split(header, ',')) {
                // With a weight, which may be 0, it is not accepted: plain works.
                if (each.equalsIgnoreCase("gzip")) return true;
            }
        }
        return false;
    }

    /// Compresses for storage: slower than [#of], but smaller.
    public static byte[] best(byte[] bytes) {
        return compress(bytes, Deflater.DEFAULT_COMPRESSION);
    }

    /// The answer to send: compressed if that is permitted and saves enough.
    static ServerResponse of(RequestHead request, ServerResponse answer) {
        int bytes = answer.body().length;
        boolean pays = bytes >= BYTES_MIN && bytes <= BYTES_MAX;
        if (!answer.isCompressible() || !pays || !isSafe(request)) return answer;
        return answer.withBody(compress(answer.body(), Deflater.BEST_SPEED)).with(HeaderNames.CONTENT_ENCODING, "gzip");
    }

    /// Returns true if a page of another site sent the request. Such a page could guess the content of a response
    /// from its compressed length if the response also contains text chosen by the page (BREACH). Programs and
    /// old browsers do not send the header; their requests carry no cookies of another site.
    private static boolean isOfAnotherSite(RequestHead request) {
        String site = request.firstHeader("Sec-Fetch-Site");
        return site != null && !site.equals("same-origin") && !site.equals("none");
    }

    private static byte[] compress(byte[] bytes, int level) {
        var zipped = new ByteArrayOutputStream(bytes.length / 4 + 64);
        try (var out = new Level(zipped, level)) {
            out.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // Writes to memory.
        }
        return zipped.toByteArray();
    }

    private static final class Level extends GZIPOutputStream {
        Level(ByteArrayOutputStream out, int level) throws IOException {
            super(out);
            def.setLevel(level);
        }
    }
}
