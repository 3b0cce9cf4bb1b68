package dev.sluice.server.http;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The parsed and validated head of a request. Names of headers are compared without regard to case.
public final class RequestHead {
    private static final Set<String> PROBES = Set.of("/livez", "/readyz");

    private final Method method;
    private final Path path;
    private final Parameters parameters;
    private final HeaderList headers;
    private final boolean isHttp10;
    private final @Nullable Host host;

    /// The rules that accepted this head last; null: none yet.
    private OriginPolicy.@Nullable Acceptance acceptance;

    /// The value that a route derived from this head; null: none yet.
    private @Nullable Object made;

    private RequestHead(RequestHead original, Parameters parameters) {
        this.method = original.method;
        this.path = original.path;
        this.parameters = parameters;
        this.headers = original.headers;
        this.isHttp10 = original.isHttp10;
        this.host = original.host;
    }

    private RequestHead(ReceivedHead head, RequestTarget target) {
        this.method = Method.of(head.method());
        this.path = Path.of(target.path());
        this.parameters = Parameters.parse(target.query());
        this.headers = head.headers();
        this.isHttp10 = head.isHttp10();
        this.host = Host.of(head, target);
    }

    /// @throws Refused if path, query or `Host` are invalid
    static RequestHead of(ReceivedHead head) {
        return new RequestHead(head, RequestTarget.parse(head.target()));
    }

    /// The same request without a parameter.
    RequestHead without(String parameter) {
        return parameters.has(parameter) ? new RequestHead(this, parameters.without(parameter)) : this;
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

    /// Whether this is a probe of Kubernetes or of a load balancer: they come at any time and in any way.
    public boolean isProbe() {
        return PROBES.contains(path.decoded());
    }

    public boolean isHttp10() {
        return isHttp10;
    }

    /// The value of a header that may be given only once.
    ///
    /// @throws Refused if it is given several times
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

    /// The first value of a header; null if there is none.
    public @Nullable String firstHeader(CharSequence name) {
        return headers.get(name);
    }

    public boolean hasHeader(CharSequence name) {
        return headers.contains(name);
    }

    /// Whether a header, a list of tokens separated by commas, has this token, in any case.
    public boolean hasToken(CharSequence name, CharSequence token) {
        return headers.containsValue(name, token, true);
    }

    HeaderList headers() {
        return headers;
    }

    OriginPolicy.@Nullable Acceptance acceptance() {
        return acceptance;
    }

    void setAcceptance(OriginPolicy.Acceptance by) {
        acceptance = by;
    }

    /// Returns the value that a route derives from this head, and from nothing else: it is made once for all requests
    /// that have the same head. There is one for each head, as a head leads to one route. Used on the event loop.
    ///
    /// @param type that of the value, which is immutable
    public <T> T once(Class<T> type, Function<RequestHead, T> make) {
        if (type.isInstance(made)) return type.cast(made);
        T first = make.apply(this);
        made = first;
        return first;
    }
}
