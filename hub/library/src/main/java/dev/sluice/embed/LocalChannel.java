package dev.sluice.embed;

import dev.sluice.BatchResult;
import dev.sluice.Channel;
import dev.sluice.Event;
import dev.sluice.Handler;
import dev.sluice.LogUnavailableException;
import dev.sluice.Membership;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Subscription;
import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.event.TraceParent;
import dev.sluice.core.lease.LeaseResult;
import dev.sluice.core.lease.Leases;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.core.log.Publication;
import dev.sluice.core.presence.Presence;
import dev.sluice.embed.handler.Threads;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.Json;
import dev.sluice.server.publish.IdempotencyKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A channel of the hub for use in the program. Waits for the results of the log.
final class LocalChannel implements Channel {
    /// Below it, a program may use names that are reserved otherwise.
    private static final String PROGRAM = "$program/";

    private final Hub hub;
    private final Presence presence;
    private final Threads threads;
    private final ChannelName name;
    private final int eventBytesMax;

    /// @throws IllegalArgumentException if the name is invalid or reserved for the server
    LocalChannel(Hub hub, Presence presence, Threads threads, String name, int eventBytesMax) {
        this.hub = hub;
        this.presence = presence;
        this.threads = threads;
        this.name = new ChannelName(name);
        this.eventBytesMax = eventBytesMax;
        if (this.name.isReserved() && !name.startsWith(PROGRAM)) {
            throw new IllegalArgumentException("'" + name + "' is reserved for the server because it contains '$':"
                    + " choose another name, or one below " + PROGRAM);
        }
    }

    @Override
    public String name() {
        return name.value();
    }

    @Override
    public PublishResult publish(String text) {
        return publish(Message.text(text));
    }

    @Override
    public PublishResult publish(Message message) {
        Publication publication = publication(message);
        if (message.lease() == null) return publish(publication);
        Leases leases = hub.leases();
        if (leases.free() == 0 && !leases.has(name))
            return new PublishResult.Full("The hub has " + leases.max() + " leases, the maximum (publish.leases_max).");
        return result(await(hub.publish(Grant.EVERYTHING, publication, message.lease(), null, null)));
    }

    @Override
    public boolean renew(Duration lease) {
        return switch (await(hub.renew(Grant.EVERYTHING, name, lease))) {
            case LeaseResult.Renewed() -> true;
            case LeaseResult.None(), LeaseResult.Ended _ -> false;
            case LeaseResult.Refused(AppendResult reason) ->
                throw new LogUnavailableException("the log could not renew the lease: " + reason, null);
        };
    }

    /// Checks a message, and addresses it to this channel.
    Publication publication(Message message) {
        Content content = content(message.data());
        check(content);
        EventFields fields =
                EventFields.ofKey(message.key()).with("from", message.from()).in(trace(message));
        Draft draft = new Draft(name, message.type(), fields, content, message.removes(), message.closes());
        Conditions conditions = message.once() == null
                ? new Conditions(null, newest(message))
                : IdempotencyKey.of(message.once()).conditions(draft, newest(message));
        return new Publication(draft, conditions);
    }

    /// As [#publication], for a batch.
    Publication publicationInBatch(Message message) {
        if (message.lease() != null)
            throw new IllegalArgumentException(
                    "a message of a batch cannot have a lease: publish the one for '" + name.value() + "' separately");
        return publication(message);
    }

    /// Addresses an end to this channel.
    Publication end() {
        return new Publication(Draft.end(name), Conditions.NONE);
    }

    /// Publishes all or none.
    static BatchResult publishAll(Hub hub, List<Publication> publications) {
        return switch (await(hub.publishAll(Grant.EVERYTHING, publications))) {
            case AppendResult.Batch.All(List<AppendResult> each) ->
                new BatchResult.Stored(each.stream()
                        .map(LocalChannel::result)
                        .map(LocalChannel::id)
                        .toList());
            case AppendResult.Batch.None(int index, AppendResult reason) ->
                new BatchResult.Refused(index, result(reason));
        };
    }

    private static String id(PublishResult stored) {
        return switch (stored) {
            case PublishResult.Stored(String id) -> id;
            case PublishResult.Repeated(String id) -> id;
            default -> throw new IllegalStateException("a stored batch has " + stored);
        };
    }

    private static Content content(Message.Data data) {
        ContentKind kind = switch (data.kind()) {
            case TEXT -> ContentKind.TEXT;
            case JSON -> ContentKind.JSON;
            case BINARY -> ContentKind.BINARY;
        };
        return new Content(kind, data.contentType(), data.bytes());
    }

    private static @Nullable TraceParent trace(Message message) {
        if (message.traceparent() == null) return null;
        TraceParent parsed = TraceParent.parse(message.traceparent());
        if (parsed == null)
            throw new IllegalArgumentException(
                    "'" + message.traceparent() + "' is no traceparent of W3C Trace Context (00-TRACE-SPAN-FLAGS)");
        return parsed;
    }

    private static Newest newest(Message message) {
        if (message.requiresEmpty()) return new Newest.None();
        return message.requiredLatest() == null ? new Newest.Any() : new Newest.Is(message.requiredLatest());
    }

    private PublishResult publish(Publication publication) {
        return result(await(hub.publish(Grant.EVERYTHING, publication)));
    }

    private static PublishResult result(AppendResult result) {
        return switch (result) {
            case AppendResult.Placed placed ->
                new PublishResult.Stored(placed.id().text());
            case AppendResult.Same(Cursor id) -> new PublishResult.Repeated(id.text());
            case AppendResult.KeyReused() -> new PublishResult.KeyReused();
            case AppendResult.NewestDiffers(Cursor newest) ->
                new PublishResult.LatestDiffers(newest == null ? null : newest.text());
            case AppendResult.Ended(Cursor end) -> new PublishResult.Ended(end.text());
            case AppendResult.Full(String detail) -> new PublishResult.Full(detail);
            case AppendResult.TooManyChannels(int max) -> new PublishResult.TooManyChannels(max);
            case AppendResult.ChannelShare share ->
                throw new IllegalStateException("the program itself has no share of channels: " + share);
        };
    }

    /// The same checks that the HTTP API applies to events from outside.
    private void check(Content content) {
        if (content.bytes().length > eventBytesMax) {
            throw new IllegalArgumentException("an event may have at most " + eventBytesMax
                    + " bytes of data, this one has " + content.bytes().length);
        }
        try {
            if (content.kind() == ContentKind.JSON) Json.check(content.bytes());
        } catch (InvalidJsonException invalid) {
            throw new IllegalArgumentException("the data is not valid JSON: " + invalid.getMessage(), invalid);
        }
    }

    @Override
    public PublishResult close() {
        return publish(end());
    }

    @Override
    public boolean delete() {
        return await(hub.delete(Grant.EVERYTHING, name));
    }

    @Override
    public Optional<String> latest() {
        return Optional.ofNullable(hub.channel(Grant.EVERYTHING, name).latest()).map(Cursor::text);
    }

    @Override
    public Membership join(String client) {
        if (presence.free() == 0 && !presence.isMember(name, client))
            throw new IllegalStateException(
                    "the hub has " + presence.membersMax() + " members, the maximum (presence_members_max)");
        return presence.join(name, client)::close;
    }

    @Override
    public Subscription subscribe(Handler<Event> handler) {
        return ChannelQuery.of(hub, threads, name.value()).subscribe(handler);
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException failed) {
            throw new LogUnavailableException("the log could not complete the operation: try again", failed.getCause());
        }
    }
}
