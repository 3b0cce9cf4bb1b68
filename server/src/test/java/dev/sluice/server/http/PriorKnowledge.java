package dev.sluice.server.http;

import dev.sluice.server.net.StreamLimit;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.time.InstantSource;

/// HTTP/2 without TLS, for clients that know it beforehand (RFC 9113 §3.3): only tests speak it.
public final class PriorKnowledge {
    private PriorKnowledge() {}

    public static ChannelInitializer<Channel> initializer(
            HttpSettings settings, OriginPolicy policy, Route route, Http2Budget budget) {
        Sender sender = new Sender(policy, new DateHeader(InstantSource.system()));
        return new Http2Initializer(
                new HttpService(settings, policy, route, sender, AnswerListener.NONE, false), budget);
    }

    /// A budget that no test uses up.
    public static Http2Budget budget() {
        return new Http2Budget(new StreamLimit(10_000), EchoRoutes.PATH, new InFlightBytes(1 << 30, "none"));
    }
}
