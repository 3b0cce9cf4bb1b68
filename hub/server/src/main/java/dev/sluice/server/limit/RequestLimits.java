package dev.sluice.server.limit;

import dev.sluice.core.metrics.Distribution;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.net.address.TrustedProxies;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/// Runs before all routes: refuses requests of addresses that send too many, and new requests on an overloaded
/// event loop. Open streams are not affected, because they send no requests. Probes are always answered.
public final class RequestLimits implements Route {
    private static final Problem OVERLOADED = Problems.FULL
            .of(
                    "The hub is overloaded and accepts no new requests at the moment (limits.loop_delay_max). Try again in some"
                            + " seconds.")
            .withHeader("Retry-After", "5");

    private final Route routes;
    private final BiConsumer<Exchange, Problem> refusals;
    private final TrustedProxies proxies;
    private final LongSupplier nowNs;
    private volatile Limits limits;
    private final Map<ScheduledExecutorService, LoopDelay> delays = new HashMap<>(); // Not changed after the start.

    /// @param refusals sends a refusal in a form that the client of the exchange understands
    /// @param loops    the event loops, whose delays are measured from now on
    /// @param nowNs    a monotonic clock
    public RequestLimits(
            Route routes,
            BiConsumer<Exchange, Problem> refusals,
            LimitSettings settings,
            TrustedProxies proxies,
            List<ScheduledExecutorService> loops,
            LongSupplier nowNs) {
        this.routes = routes;
        this.refusals = refusals;
        this.proxies = proxies;
        this.nowNs = nowNs;
        this.limits = limits(settings);
        for (ScheduledExecutorService loop : loops) {
            LoopDelay delay = new LoopDelay(settings.loopDelayMax(), System::nanoTime);
            delays.put(loop, delay);
            delay.start(loop);
        }
    }

    private record Limits(RateLimit limit, RateRejection refusal, ClientTable<TokenBucket> clients) {}

    private Limits limits(LimitSettings settings) {
        RateLimit limit = settings.requests();
        return new Limits(
                limit,
                new RateRejection(limit),
                new ClientTable<>(settings.clientsMax(), now -> new TokenBucket(limit, now), nowNs));
    }

    /// Applies other limits from now on.
    public void replace(LimitSettings settings) {
        limits = limits(settings);
        for (LoopDelay each : delays.values()) each.limit(settings.loopDelayMax());
    }

    @Override
    public void handle(Exchange exchange) {
        if (exchange.request().isProbe()) {
            routes.handle(exchange);
            return;
        }
        LoopDelay delay = delays.get(exchange.loop());
        if (delay != null && delay.isOverloaded()) {
            refusals.accept(exchange, OVERLOADED);
            return;
        }
        InetAddress client = exchange.remoteAddress().getAddress();
        Limits now = limits;
        long waitNs = take(now, client);
        if (waitNs > 0) refusals.accept(exchange, now.refusal.of(ClientKey.of(client), waitNs));
        else routes.handle(exchange);
    }

    /// The delays of the event loops' tasks in microseconds. May be called from any thread.
    public Distribution loopDelays() {
        return Distribution.sum(delays.values().stream().map(LoopDelay::delays).toList());
    }

    private long take(Limits now, InetAddress client) {
        if (!now.limit.isSet() || proxies.contains(client)) return 0;
        return now.clients.of(ClientKey.of(client)).take(1, nowNs.getAsLong());
    }
}
