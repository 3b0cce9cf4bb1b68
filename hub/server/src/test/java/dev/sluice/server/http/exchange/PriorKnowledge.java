package dev.sluice.server.http.exchange;

import dev.sluice.server.http.EchoRoutes;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ProblemPage;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.h2.Http2Initializer;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.net.OpenLimit;
import dev.sluice.server.net.outlet.UnsentBytes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.time.InstantSource;

/// HTTP/2 without TLS, for clients that know it beforehand (RFC 9113 §3.3): only tests speak it.
public final class PriorKnowledge {
    private static final InFlightBytes ANSWERS = new InFlightBytes(1 << 30, "none");

    private PriorKnowledge() {}

    public static ChannelInitializer<Channel> initializer(
            HttpSettings settings, OriginPolicy policy, Route route, HttpBudget budget) {
        Http1ResponseWriter sender = new Http1ResponseWriter(policy, new DateHeader(InstantSource.system()));
        return new Http2Initializer(
                new HttpService(
                        settings,
                        policy,
                        route,
                        sender,
                        ResponseListener.NONE,
                        false,
                        ProblemPage.NONE,
                        budget.answers()),
                budget);
    }

    /// A budget whose streams hold what they like for clients that do not read.
    public static HttpBudget budget(OpenLimit streams, Route full, InFlightBytes inFlight) {
        return new HttpBudget(streams, full, inFlight, new UnsentBytes(1 << 30), ANSWERS, 1 << 20);
    }

    /// A budget that no test uses up.
    public static HttpBudget budget() {
        return budget(new OpenLimit(10_000), EchoRoutes.PATH, new InFlightBytes(1 << 30, "none"));
    }
}
