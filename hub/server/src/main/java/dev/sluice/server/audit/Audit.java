package dev.sluice.server.audit;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.DenialListener;
import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.operator.OperationListener;
import dev.sluice.core.delivery.operator.StreamFilter;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.log.UnknownOutcomeException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.Timestamp;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Writes the channels `$audit` and `$audit/refusals`: `docs/protocol.md` §5. Each event names the caller, its
/// key and its address, and never contains a token. May be used from any thread and never blocks: nothing waits
/// for the audit log, and nothing fails because of it.
public final class Audit implements OperationListener, DenialListener {
    private static final System.Logger LOG = System.getLogger(Audit.class.getName());

    /// The maximum number of events that wait for the log. If callers delete faster than the log accepts events,
    /// the audit log loses events, but the hub does not run out of memory.
    private static final int PENDING_MAX = 1_000;

    private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();

    private final Hub hub;
    private final InstantSource clock;
    private final RejectionCounts refusals = new RejectionCounts();
    private final AtomicLong minute;
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicBoolean isFailureLogged = new AtomicBoolean();
    private final BlockingQueue<AuditEvent> postponed = new LinkedBlockingQueue<>();
    private final AtomicBoolean isPostponed = new AtomicBoolean();
    private volatile boolean isClosed;

    public Audit(Hub hub, InstantSource clock) {
        this.hub = hub;
        this.clock = clock;
        this.minute = new AtomicLong(clock.millis() / MINUTE_MS);
    }

    /// Records the start of the hub.
    ///
    /// @param configuration a digest of its settings, keys and grants: it shows that they changed, not how
    public void started(String configuration) {
        record(HubChannels.AUDIT, "started", json -> json.writeStringProperty("configuration", configuration));
    }

    @Override
    public void reloaded(Grant grant, boolean confirmed) {
        action("reload-asked", grant, json -> json.writeBooleanProperty("confirmed", confirmed));
    }

    /// Records that a changed configuration is in force.
    ///
    /// @param configuration its digest
    public void configured(String configuration) {
        record(HubChannels.AUDIT, "reloaded", json -> json.writeStringProperty("configuration", configuration));
    }

    @Override
    public void channelDeleted(Grant grant, ChannelName channel) {
        action("deleted", grant, json -> json.writeStringProperty("channel", channel.value()));
    }

    @Override
    public void channelsDeleted(Grant grant, Pattern channels, long count) {
        action("deleted", grant, json -> {
            json.writeStringProperty("channel", channels.value());
            json.writeNumberProperty("count", count);
        });
    }

    @Override
    public void dataErased(Grant grant, ChannelName channel, String events) {
        action("erased", grant, json -> {
            json.writeStringProperty("channel", channel.value());
            json.writeStringProperty("events", events);
        });
    }

    @Override
    public void channelClosed(Grant grant, ChannelName channel) {
        action("closed", grant, json -> json.writeStringProperty("channel", channel.value()));
    }

    @Override
    public void drained(Grant grant, Duration over) {
        action("drained", grant, json -> json.writeNumberProperty("seconds", over.toSeconds()));
    }

    @Override
    public void streamsEnded(Grant grant, StreamFilter streams, int count) {
        action("connections-ended", grant, json -> {
            json.writeNumberProperty("count", count);
            if (streams.id() != null) json.writeStringProperty("connection", Long.toString(streams.id()));
            if (streams.identity() != null) json.writeStringProperty("sub", streams.identity());
            if (streams.address() != null) json.writeStringProperty("of", streams.address());
            if (streams.transport() != null) json.writeStringProperty("transport", streams.transport());
            if (streams.channel() != null)
                json.writeStringProperty("channel", streams.channel().value());
        });
    }

    /// Records the action of a caller.
    ///
    /// @param type    the type of the event
    /// @param details writes further members
    public void action(String type, Grant grant, Consumer<JsonGenerator> details) {
        record(HubChannels.AUDIT, type, json -> {
            writeCaller(json, grant);
            details.accept(json);
        });
    }

    private static void writeCaller(JsonGenerator json, Grant grant) {
        if (!grant.principal().isAnonymous())
            json.writeStringProperty("by", grant.principal().name());
        grant.credential().ifPresent(credential -> json.writeStringProperty("kid", credential.keyId()));
        json.writeStringProperty("address", grant.principal().address());
    }

    @Override
    public void denied(Grant grant, AccessDeniedException denied) {
        String name = grant.principal().isAnonymous()
                ? "an anonymous caller"
                : Problems.quoted(grant.principal().name());
        refused(
                grant.principal().address(),
                denied.verb().text() + " on " + Problems.quoted(denied.channels()) + " by " + name);
    }

    /// Counts a refused request.
    ///
    /// @param reason must not contain a token
    public void refused(String address, String reason) {
        refusals.add(address, reason);
    }

    /// Records the refusals of a minute when it is over, and events that the log did not accept before. Call it
    /// about once a second, or more often.
    public void tick() {
        appendPostponed();
        long now = clock.millis() / MINUTE_MS;
        long counted = minute.getAndSet(now);
        if (counted != now) recordRefusals(counted);
    }

    /// Records the refusals of this minute so far.
    public void close() {
        isClosed = true;
        recordRefusals(minute.get());
        if (!postponed.isEmpty()) logFailure("the hub stopped before the log accepted them", null);
    }

    private void recordRefusals(long counted) {
        for (RejectionCounts.Count each : refusals.take()) {
            record(HubChannels.REFUSALS, "refused", json -> {
                json.writeStringProperty("address", each.address());
                json.writeNumberProperty("count", each.count());
                json.writeStringProperty("minute", Timestamp.of(counted * MINUTE_MS));
                json.writeStringProperty("last", each.last());
            });
        }
    }

    private void record(ChannelName channel, String type, Consumer<JsonGenerator> members) {
        if (pending.incrementAndGet() > PENDING_MAX) {
            pending.decrementAndGet();
            logFailure("more than " + PENDING_MAX + " audit events wait for the log", null);
            return;
        }
        Content content = new Content(ContentKind.JSON, "application/json", Json.object(members));
        append(new AuditEvent(channel, type, content, UUID.randomUUID().toString()));
    }

    private void append(AuditEvent event) {
        hub.record(event.channel, event.type, event.content, event.key).whenComplete((outcome, failure) -> {
            if (!isClosed && (failure instanceof NotPublishedException || failure instanceof UnknownOutcomeException)) {
                postpone(event, failure);
                return;
            }
            pending.decrementAndGet();
            if (failure != null) logFailure("the log failed", failure);
            else if (!(outcome instanceof AppendResult.Placed || outcome instanceof AppendResult.Same))
                logFailure("the log accepts no events", null);
            else isPostponed.set(false);
        });
    }

    /// Keeps an event for the next [#tick]: a node may start before its cluster has a leader.
    private void postpone(AuditEvent event, Throwable failure) {
        postponed.add(event);
        if (!isPostponed.getAndSet(true))
            LOG.log(Level.WARNING, "audit events wait until the log accepts them: " + failure.getMessage());
    }

    private void appendPostponed() {
        List<AuditEvent> events = new ArrayList<>();
        postponed.drainTo(events); // First, as an event that fails at once is postponed again.
        events.forEach(this::append);
    }

    /// Logs the first failure only: its cause usually lasts for a while, and affects more than the audit log.
    private void logFailure(String reason, @Nullable Throwable failure) {
        if (isFailureLogged.getAndSet(true)) return;
        LOG.log(
                Level.ERROR,
                "events are missing from the audit log, further losses are not reported: " + reason,
                failure);
    }

    /// @param key so that an event whose outcome is unknown is recorded once
    private record AuditEvent(ChannelName channel, String type, Content content, String key) {}
}
