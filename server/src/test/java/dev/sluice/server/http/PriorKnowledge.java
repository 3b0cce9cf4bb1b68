package dev.sluice.server.http;

import dev.sluice.server.net.OpenLimit;
import dev.sluice.server.net.UnsentBytes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.time.InstantSource;

/// HTTP/2 without TLS, for clients that know it beforehand (RFC 9113 §3.3): only tests speak it.
public final class PriorKnowledge {
    private PriorKnowledge() {}

    public static ChannelInitializer<Channel> initializer(
            HttpSettings settings, OriginPolicy policy, Route route, Http2Budget budget) {
        Http1ResponseWriter sender = new Http1ResponseWriter(policy, new DateHeader(InstantSource.system()));
        return new Http2Initializer(
                new HttpService(settings, policy, route, sender, ResponseListener.NONE, false, ProblemPage.NONE),
                budget);
    }

    /// A budget whose streams hold what they like for clients that do not read.
    static Http2Budget budget(OpenLimit streams, Route full, InFlightBytes inFlight) {
        return new Http2Budget(streams, full, inFlight, new UnsentBytes(1 << 30));
    }

    /// A budget that no test uses up.
    public static Http2Budget budget() {
        return budget(new OpenLimit(10_000), EchoRoutes.PATH, new InFlightBytes(1 << 30, "none"));
    }
}
