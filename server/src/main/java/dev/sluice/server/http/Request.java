package dev.sluice.server.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a client asked for: the head of its request, checked.
///
/// @param host what the client calls the server; null in HTTP/1.0 only
public record Request(
        HttpMethod method,
        Path path,
        Parameters parameters,
        HttpHeaders headers,
        HttpVersion version,
        @Nullable Host host) {
    /// @throws Refused if path, query or `Host` are broken
    static Request of(HttpRequest head) {
        Target target = Target.parse(head.uri());
        return new Request(
                head.method(),
                Path.of(target.path()),
                Parameters.parse(target.query()),
                head.headers(),
                head.protocolVersion(),
                Host.of(head, target));
    }

    /// A header that may stand once.
    ///
    /// @throws Refused if it stands there several times
    public Optional<String> header(CharSequence name) {
        List<String> values = headers.getAll(name);
        if (values.size() > 1) {
            throw Problems.BAD_HEADER.refused(name.toString(), "The header " + name + " may be given once only.");
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    public boolean isHttp10() {
        return version.equals(HttpVersion.HTTP_1_0);
    }
}
