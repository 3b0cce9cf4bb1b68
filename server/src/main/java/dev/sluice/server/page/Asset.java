package dev.sluice.server.page;

import dev.sluice.server.http.Answer;
import dev.sluice.server.http.ETags;
import dev.sluice.server.http.Gzip;
import dev.sluice.server.http.HeaderNames;
import dev.sluice.server.http.RequestHead;
import dev.sluice.server.http.Status;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

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
        return new Asset(contentType, Body.of(bytes), Body.of(Gzip.best(bytes)));
    }

    Answer answer(RequestHead request) {
        boolean takesZip = Gzip.isAccepted(request);
        Body body = takesZip ? zipped : plain;
        Answer answer = ETags.isKnown(request, body.etag)
                ? Answer.empty(Status.NOT_MODIFIED)
                : Answer.of(Status.OK, contentType, body.bytes);
        answer.with(HeaderNames.ETAG, body.etag).with(HeaderNames.CACHE_CONTROL, "private, no-cache");
        return takesZip ? answer.with(HeaderNames.CONTENT_ENCODING, "gzip") : answer;
    }
}
