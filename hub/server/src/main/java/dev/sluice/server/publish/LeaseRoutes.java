package dev.sluice.server.publish;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.lease.LeaseResult;
import dev.sluice.core.log.AppendResult;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `PUT` and `DELETE` of `/leases/{name}`: renews the lease of a channel without an event, and gives it up.
/// `docs/protocol.md` §3.
public final class LeaseRoutes {
    private static final String SECONDS = "seconds";

    private final Hub hub;

    public LeaseRoutes(Hub hub) {
        this.hub = hub;
    }

    public void renew(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of(SECONDS));
        ChannelName channel = PublishRequest.channel(request.path().after(1), "path");
        Duration duration = PublishRequest.lease(request.parameters(), SECONDS);
        if (duration == null) throw request.parameters().wrong(SECONDS, "the duration of the lease, required");
        answer(exchange, hub.renew(exchange.grant(), channel, duration), outcome -> refusal(outcome, channel));
    }

    public void release(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of());
        ChannelName channel = PublishRequest.channel(request.path().after(1), "path");
        answer(exchange, hub.release(exchange.grant(), channel), _ -> null);
    }

    private static @Nullable Problem refusal(LeaseResult outcome, ChannelName channel) {
        return switch (outcome) {
            case LeaseResult.Renewed() -> null;
            case LeaseResult.Ended _ -> AppendResponses.ended(channel);
            case LeaseResult.None() ->
                Problems.NO_SUCH_LEASE.of("The channel " + Problems.quoted(channel.value())
                        + " has no lease. A publish with lease= gives it one.");
            case LeaseResult.Refused(AppendResult reason) -> AppendResponses.problem(reason, channel);
        };
    }

    /// @param refusal the problem of an outcome; null if it is a success
    private static <T> void answer(
            Exchange exchange, CompletionStage<T> stage, Function<T, @Nullable Problem> refusal) {
        stage.whenComplete((outcome, failure) -> {
            Problem problem = failure == null ? refusal.apply(outcome) : AppendResponses.failed(failure);
            exchange.run(() -> {
                if (problem != null) exchange.refuse(problem);
                else exchange.answer(ServerResponse.empty(Status.NO_CONTENT));
            });
        });
    }
}
