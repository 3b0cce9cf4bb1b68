package dev.sluice.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.time.InstantSource;

/// Sets up the pipeline of new HTTP connections: with TLS after the handshake, so that
/// [dev.sluice.server.net.TlsPipeline#applicationProtocol] is known. One instance is shared by all of them.
public final class HttpInitializer extends ChannelInitializer<Channel> {
    private final HttpSettings settings;
    private final OriginPolicy policy;
    private final Route route;
    private final Sender sender;
    private final boolean isSingleRequest;

    /// @param clock for the `Date` header; time limits use the clocks of the event loops
    public HttpInitializer(HttpSettings settings, OriginPolicy policy, Route route, InstantSource clock) {
        this(settings, policy, route, clock, false);
    }

    /// For connections that end after the answer to their first request, with shorter time limits.
    public static HttpInitializer forSingleRequest(
            HttpSettings settings, OriginPolicy policy, Route route, InstantSource clock) {
        return new HttpInitializer(settings.shortLived(), policy, route, clock, true);
    }

    private HttpInitializer(
            HttpSettings settings, OriginPolicy policy, Route route, InstantSource clock, boolean isSingleRequest) {
        this.settings = settings;
        this.policy = policy;
        this.route = route;
        this.sender = new Sender(policy, new DateHeader(clock));
        this.isSingleRequest = isSingleRequest;
    }

    @Override
    protected void initChannel(Channel channel) {
        var decoder = new RequestDecoder(settings);
        // Not HttpServerCodec, which queues the methods of requests; for a stream, the queue is never emptied.
        var encoder = new HttpResponseEncoder();
        channel.pipeline()
                .addLast(
                        decoder,
                        encoder,
                        new HttpConnection(settings, policy, route, sender, decoder, encoder, isSingleRequest));
    }
}
