package dev.sluice.server.http.head;

import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The parsed and validated head of a request. Names of headers are compared without regard to case. Immutable.
public final class RequestHead {
    /// However short, a header takes about a hundred bytes of heap while its request waits. Browsers behind
    /// proxies send far fewer.
    private static final int HEADERS_MAX = 100;

    private static final Set<String> PROBES = Set.of("/livez", "/readyz");

    /// The placeholder in access logs for a path that cannot be read.
    private static final Path UNREAD = new Path("-", "-", "-");

    private final Method method;
    private final Path path;
    private final Parameters parameters;
    private final @Nullable Host host;
    private final HeaderList headers;
    private final RequestFraming framing;
    private final @Nullable Throwable failure;

    private RequestHead(
            Method method,
            Path path,
            Parameters parameters,
            @Nullable Host host,
            HeaderList headers,
            RequestFraming framing,
            @Nullable Throwable failure) {
        this.method = method;
        this.path = path;
        this.parameters = parameters;
        this.host = host;
        this.headers = headers;
        this.framing = framing;
        this.failure = failure;
    }

    /// The head of a request of HTTP/1.1.
    public static RequestHead of(HttpRequest head) {
        return of(head.method().name(), head.uri(), (HeaderList) head.headers(), RequestFraming.of(head));
    }

    /// @param target  as in the request line of HTTP/1.1, or `:path`
    /// @param headers without pseudo-headers; `Host` is that of `:authority`
    public static RequestHead of(String method, String target, HeaderList headers, RequestFraming framing) {
        Method parsed = Method.of(method);
        try {
            if (framing.problem() != null) throw new ProblemException(framing.problem());
            if (headers.size() > HEADERS_MAX) {
                throw Problems.HEADERS_TOO_LARGE.refused(
                        "The request has more than " + HEADERS_MAX + " headers: send fewer.");
            }
            RequestTarget parts = RequestTarget.parse(target);
            Path path = Path.of(parts.path());
            Parameters parameters = Parameters.parse(parts.query());
            Host host = Host.of(headers, framing.isHttp10(), parts);
            return new RequestHead(parsed, path, parameters, host, headers, framing, null);
        } catch (RuntimeException | Error failure) {
            return new RequestHead(parsed, UNREAD, Parameters.parse(""), null, headers, framing, failure);
        }
    }

    /// A placeholder for a head that has not arrived.
    public static RequestHead missing(Problem problem) {
        return of("GET", "/", new HeaderList(), new RequestFraming(false, true, 0, false, problem));
    }

    /// The same request without a parameter.
    public RequestHead without(String parameter) {
        if (!parameters.has(parameter)) return this;
        return new RequestHead(method, path, parameters.without(parameter), host, headers, framing, failure);
    }

    /// The reason why the head could not be read: a [ProblemException] if its framing, path, query or `Host` is
    /// invalid, or it has too many headers, or else a fault of the server. Null for the heads that routes see.
    @Nullable
    public Throwable failure() {
        return failure;
    }

    public RequestFraming framing() {
        return framing;
    }

    public Method method() {
        return method;
    }

    public Path path() {
        return path;
    }

    public Parameters parameters() {
        return parameters;
    }

    /// The host by which the client addresses the server; null in HTTP/1.0 only.
    public @Nullable Host host() {
        return host;
    }

    /// Returns true for a probe of Kubernetes or of a load balancer, which may come at any time and through any
    /// proxy.
    public boolean isProbe() {
        return PROBES.contains(path.decoded());
    }

    public boolean isHttp10() {
        return framing.isHttp10();
    }

    /// The value of a header that may be given only once.
    ///
    /// @throws ProblemException if it is given several times
    public Optional<String> header(CharSequence name) {
        if (headers.isRepeated(name)) {
            throw Problems.BAD_HEADER.refused(name.toString(), "The header " + name + " may be given once only.");
        }
        return Optional.ofNullable(headers.get(name));
    }

    /// The values of a header in the order in which they were given; empty if there are none.
    public List<String> headers(CharSequence name) {
        return headers.getAll(name);
    }

    /// The first value of a header; null if the header is absent.
    public @Nullable String firstHeader(CharSequence name) {
        return headers.get(name);
    }

    public boolean hasHeader(CharSequence name) {
        return headers.contains(name);
    }

    /// Returns true if a header, a comma-separated list of tokens, contains this token, ignoring case.
    public boolean hasToken(CharSequence name, CharSequence token) {
        return headers.containsValue(name, token, true);
    }

    public HeaderList headers() {
        return headers;
    }
}
