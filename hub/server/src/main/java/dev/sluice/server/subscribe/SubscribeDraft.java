package dev.sluice.server.subscribe;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The values of the parameters given, each read by itself. [SubscribeParser] applies the rules between them.
public final class SubscribeDraft {
    @Nullable
    From from;

    @Nullable
    String lastEventId;

    @Nullable
    Cursor before;

    Set<String> types = Set.of();
    boolean conflate;
    boolean coalesce;
    boolean presence;
    boolean join;

    @Nullable
    String client;

    @Nullable
    Integer limit;

    Duration waitTime = Duration.ZERO;

    @Nullable
    Envelope envelope;

    @Nullable
    Boolean gapFails;

    @Nullable
    HeartbeatInterval heartbeat;

    int paddingBytes;
    SubscribeRequest.Errors errors = SubscribeRequest.Errors.USUAL;
}
