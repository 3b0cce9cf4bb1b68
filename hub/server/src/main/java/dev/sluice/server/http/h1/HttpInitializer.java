package dev.sluice.server.http.h1;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.ProblemPage;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.exchange.DateHeader;
import dev.sluice.server.http.exchange.Http1ResponseWriter;
import dev.sluice.server.http.exchange.HttpBudget;
import dev.sluice.server.http.exchange.HttpService;
import dev.sluice.server.http.h2.Http2Initializer;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.net.outlet.TlsPipeline;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Sets up the pipeline of new HTTP connections. With TLS it does so after the handshake, when it is known
/// whether HTTP/2 was chosen. All connections share one instance.
public final class HttpInitializer extends ChannelInitializer<Channel> {
    private final HttpService service;
    private final Http2Initializer http2;
    private final int headBytes;
    private final Map<EventLoop, HeadCache> heads = new ConcurrentHashMap<>();

    /// @param clock    for the `Date` header; time limits use the clocks of the event loops
    /// @param listener is notified of answers
    /// @param refusals renders problems as pages for people
    public HttpInitializer(
            HttpSettings settings,
            OriginPolicy policy,
            Route route,
            HttpBudget budget,
            InstantSource clock,
            ResponseListener listener,
            ProblemPage refusals) {
        this(settings, policy, route, budget, clock, listener, refusals, false);
    }

    /// Creates an initializer for connections that end after the answer to their first request, with shorter
    /// time limits.
    public static HttpInitializer forSingleRequest(
            HttpSettings settings,
            OriginPolicy policy,
            Route route,
            HttpBudget budget,
            InstantSource clock,
            ResponseListener listener) {
        return new HttpInitializer(
                settings.shortLived(), policy, route, budget, clock, listener, ProblemPage.NONE, true);
    }

    private HttpInitializer(
            HttpSettings settings,
            OriginPolicy policy,
            Route route,
            HttpBudget budget,
            InstantSource clock,
            ResponseListener listener,
            ProblemPage refusals,
            boolean isSingleRequest) {
        var sender = new Http1ResponseWriter(policy, new DateHeader(clock));
        this.service =
                new HttpService(settings, policy, route, sender, listener, isSingleRequest, refusals, budget.answers());
        this.http2 = new Http2Initializer(service, budget);
        this.headBytes = isSingleRequest ? 0 : budget.headBytes(); // No second head arrives.
    }

    @Override
    protected void initChannel(Channel channel) {
        if (TlsPipeline.isHttp2(channel)) {
            http2.initChannel(channel);
            return;
        }
        HeadCache ofLoop = heads.computeIfAbsent(channel.eventLoop(), _ -> new HeadCache(headBytes));
        var decoder = new RequestDecoder(service.settings(), ofLoop);
        channel.pipeline().addLast(decoder, new HttpConnection(service, decoder, ofLoop));
    }
}
