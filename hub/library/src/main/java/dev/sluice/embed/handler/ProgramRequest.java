package dev.sluice.embed.handler;

import dev.sluice.Access;
import dev.sluice.Request;
import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.head.Host;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.Json;
import dev.sluice.server.limit.PublishLimits;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The request that a program's handler gets.
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record ProgramRequest(
        dev.sluice.server.http.head.RequestHead request,
        List<String> stars,
        InetSocketAddress remote,
        boolean isSecure,
        byte[] body,
        @Nullable Grant grant,
        @Nullable HandlerContext context)
        implements Request {
    public static ProgramRequest of(Exchange exchange, List<String> stars, byte[] body) {
        return of(exchange, stars, body, null);
    }

    /// @param context null if no handler gets the request
    static ProgramRequest of(Exchange exchange, List<String> stars, byte[] body, @Nullable HandlerContext context) {
        return new ProgramRequest(
                exchange.request(),
                List.copyOf(stars),
                exchange.remoteAddress(),
                exchange.isSecure(),
                body,
                exchange.hasGrant() ? exchange.grant() : null,
                context);
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        return request.path().decoded();
    }

    @Override
    public String url() {
        Host host = request.host();
        if (host == null) return request.path().raw();
        String port = host.port() < 0 ? "" : ":" + host.port();
        return (isSecure ? "https://" : "http://")
                + host.name()
                + port
                + request.path().raw();
    }

    @Override
    public Optional<String> query(String name) {
        return request.parameters().text(name);
    }

    @Override
    public List<String> queries(String name) {
        return request.parameters().all(name);
    }

    @Override
    public Set<String> queryNames() {
        return request.parameters().names();
    }

    @Override
    public void require(Access.Action action, String channel) {
        try {
            known().require(Verb.valueOf(action.name()), new ChannelName(channel));
        } catch (AccessDeniedException denied) {
            throw new ProblemException(Problems.of(denied));
        }
    }

    @Override
    public void takePublishes(int events, long bytes) {
        limits().of(known()).take(events, bytes);
    }

    @Override
    public Duration takePublishes(String caller, int events, long bytes) {
        return Duration.ofSeconds(
                limits().ofProgram(caller, remote.getAddress()).takeOrWait(events, bytes));
    }

    /// The rate limits of callers, asked at each publish: a connection may be older than they are.
    private PublishLimits limits() {
        return context == null ? PublishLimits.NONE : context.publishLimits();
    }

    private Grant known() {
        if (grant == null)
            throw new IllegalStateException("the caller is unknown: register the route in forCallers(…)");
        return grant;
    }

    @Override
    public Optional<String> caller() {
        return Optional.ofNullable(grant).map(each -> each.principal().name()).filter(name -> !name.isEmpty());
    }

    @Override
    public boolean isPublic() {
        if (grant == null || context == null || context.asksProgram()) return false;
        return grant.principal().isAnonymous() && grant.credential().isEmpty();
    }

    /// Browsers send UTF-8 in headers that repeat a value from the server, such as `Last-Event-ID`; Netty decodes
    /// each byte as one character.
    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.firstHeader(name))
                .map(value -> new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }

    @Override
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public <T> T json(Class<T> as) {
        try {
            return Json.read(body, as);
        } catch (InvalidJsonException invalid) {
            throw Problems.BAD_DATA.refused("The body is not JSON of the expected type: " + invalid.getMessage() + ".");
        }
    }
}
