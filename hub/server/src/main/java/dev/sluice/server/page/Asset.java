package dev.sluice.server.page;

import dev.sluice.core.encoding.Sha256;
import dev.sluice.server.http.ETags;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.exchange.Gzip;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A file for browsers, plain and compressed. Browsers may cache it but must revalidate it each time, so a new
/// version of the hub can change a file without changing its name.
final class Asset {
    private final String contentType;
    private final Body plain;
    private volatile @Nullable Body zipped; // Null until it is compressed.

    /// @param etag strong, so it differs for each coding (RFC 9110 §8.8.3.3)
    @SuppressWarnings("ArrayRecordComponent") // Never changed.
    record Body(byte[] bytes, String etag) {
        static Body of(byte[] bytes) {
            return new Body(bytes, '"' + HexFormat.of().formatHex(Sha256.hash(bytes), 0, 16) + '"');
        }
    }

    private Asset(String contentType, Body plain) {
        this.contentType = contentType;
        this.plain = plain;
    }

    static Asset of(String contentType, byte[] bytes) {
        Asset asset = zippedLater(contentType, bytes);
        asset.zipped();
        return asset;
    }

    /// An asset that is compressed when a browser first requests it.
    static Asset zippedLater(String contentType, byte[] bytes) {
        return new Asset(contentType, Body.of(bytes));
    }

    Body plain() {
        return plain;
    }

    private Body zipped() {
        Body known = zipped;
        if (known != null) return known;
        Body made = Body.of(Gzip.best(plain.bytes));
        zipped = made;
        return made;
    }

    ServerResponse answer(RequestHead request) {
        boolean takesZip = Gzip.isAccepted(request);
        Body body = takesZip ? zipped() : plain;
        ServerResponse answer = ETags.isKnown(request, body.etag)
                ? ServerResponse.empty(Status.NOT_MODIFIED)
                : ServerResponse.of(Status.OK, contentType, body.bytes).shared();
        answer.with(HeaderNames.ETAG, body.etag).with(HeaderNames.CACHE_CONTROL, "private, no-cache");
        return takesZip ? answer.with(HeaderNames.CONTENT_ENCODING, "gzip") : answer;
    }
}
