package dev.sluice.sense.check;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.ProtocolException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import okhttp3.Headers;
import okhttp3.Response;
import org.brotli.dec.BrotliInputStream;
import org.jspecify.annotations.Nullable;

/// A response whose body has not been read yet. Closing it closes the body.
public final class OpenWebResponse implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OpenWebResponse.class.getName());

    static final String ENCODINGS = "gzip, deflate, br";

    /// Some servers send the length twice; both must be the same.
    private static final Pattern LENGTH = Pattern.compile("\\s*(\\d{1,18})(\\s*,\\s*\\1)*\\s*");

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final Response response;
    private final List<Certificates.Shown> certificates;
    private @Nullable InputStream body;

    /// @param certificates the certificates of all servers on the way to the response
    OpenWebResponse(Response response, List<Certificates.Shown> certificates) {
        this.response = response;
        this.certificates = List.copyOf(certificates);
    }

    public Response response() {
        return response;
    }

    List<Certificates.Shown> certificates() {
        return certificates;
    }

    /// Rejects headers that the client would accept but browsers would not: the client treats an invalid
    /// length as unknown, and allows any header name.
    ///
    /// @throws IOException if a header violates HTTP (RFC 9110 §5.1, §8.6)
    static void requireValid(Headers headers) throws IOException {
        String length = String.join(",", headers.values("Content-Length"));
        if (!length.isEmpty() && !LENGTH.matcher(length).matches())
            throw new ProtocolException("an invalid Content-Length");
        for (String name : headers.names())
            if (!TOKEN.matcher(name).matches()) throw new ProtocolException("an invalid header name");
    }

    public int status() {
        return response.code();
    }

    /// Returns the body with all content encodings removed (RFC 9110 §8.4). Call it once.
    public InputStream body() throws IOException {
        InputStream body = response.body().byteStream();
        String all = String.join(",", response.headers("Content-Encoding"));
        List<String> encodings = List.of(all.toLowerCase(Locale.ROOT).split(",", -1));
        for (String encoding : encodings.reversed()) {
            body = decoded(body, encoding.strip());
            this.body = body; // Stored before the next encoding, which may be unknown.
        }
        return body;
    }

    private static InputStream decoded(InputStream in, String encoding) throws IOException {
        if (encoding.isEmpty() || encoding.equals("identity")) return in;
        var encoded = new BufferedInputStream(in);
        encoded.mark(1);
        int first = encoded.read();
        if (first < 0) return encoded; // An empty body, for example after HEAD.
        encoded.reset();
        return switch (encoding) {
            case "gzip", "x-gzip" -> new GZIPInputStream(encoded);
            // Should start with a zlib header, which some servers omit.
            case "deflate" -> inflating(encoded, new Inflater((first & 0x0f) != 8));
            case "br" -> new BrotliInputStream(encoded);
            default -> throw new IOException("a body in the unknown encoding " + encoding);
        };
    }

    /// Returns a stream whose `close` ends the inflater, which holds 40 kB outside the heap until then. The
    /// JDK's stream ends only an inflater that it created itself.
    static InputStream inflating(InputStream in, Inflater inflater) {
        return new InflaterInputStream(in, inflater) {
            @Override
            public void close() throws IOException {
                super.close();
                inf.end();
            }
        };
    }

    @Override
    public void close() {
        try (response) {
            if (body != null) body.close();
        } catch (IOException broken) { // The connection is closed anyway.
            LOG.log(Level.DEBUG, "a body could not be closed", broken);
        }
    }
}
