package dev.sluice.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.time.InstantSource;

/// Sets up a new connection for HTTP. Shared by all of them.
public final class HttpInitializer extends ChannelInitializer<Channel> {
    private final HttpSettings settings;
    private final Gate gate;
    private final Route route;
    private final DateHeader date;
    private final boolean isForOne;

    /// @param clock for the `Date` of answers; time limits go by the event loops' own
    public HttpInitializer(HttpSettings settings, Gate gate, Route route, InstantSource clock) {
        this(settings, gate, route, clock, false);
    }

    /// For connections that end behind the answer to their first request, which has to come soon.
    public static HttpInitializer forOne(HttpSettings settings, Gate gate, Route route, InstantSource clock) {
        return new HttpInitializer(settings.hasty(), gate, route, clock, true);
    }

    private HttpInitializer(HttpSettings settings, Gate gate, Route route, InstantSource clock, boolean isForOne) {
        this.settings = settings;
        this.gate = gate;
        this.route = route;
        this.date = new DateHeader(clock);
        this.isForOne = isForOne;
    }

    @Override
    protected void initChannel(Channel channel) {
        var decoder = new RequestDecoder(settings);
        // Not HttpServerCodec: it remembers the methods of requests, and a stream never lets it forget.
        var encoder = new HttpResponseEncoder();
        var sender = new Sender(gate, date);
        channel.pipeline()
                .addLast(
                        decoder,
                        encoder,
                        new HttpConnection(settings, gate, route, sender, decoder, encoder, isForOne));
    }
}
