package dev.sluice.server.embed;

import dev.sluice.Channel;
import dev.sluice.Handler;
import dev.sluice.Message;
import dev.sluice.Subscription;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.server.json.InvalidJson;
import dev.sluice.server.json.Json;
import dev.sluice.server.publish.IdempotencyKey;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/// A channel of the hub as the program has it: the log's own answers, waited for.
public final class Inside implements Channel {
    private final Hub hub;
    private final Threads threads;
    private final ChannelName name;
    private final int eventBytesMax;

    /// @throws IllegalArgumentException if this is no name, or one of the server's own
    public Inside(Hub hub, Threads threads, String name, int eventBytesMax) {
        this.hub = hub;
        this.threads = threads;
        this.name = new ChannelName(name);
        this.eventBytesMax = eventBytesMax;
        if (this.name.isReserved()) {
            throw new IllegalArgumentException("'" + name + "' is the server's own, as it has a '$': choose another");
        }
    }

    @Override
    public String name() {
        return name.value();
    }

    @Override
    public Appended publish(String text) {
        return publish(Message.text(text));
    }

    @Override
    public Appended publish(Message message) {
        Content content = message.content();
        check(content);
        Draft draft =
                new Draft(name, message.type(), message.key(), null, content, message.removes(), message.closes());
        Conditions conditions = message.once() == null
                ? new Conditions(null, message.newest())
                : IdempotencyKey.of(message.once()).conditions(draft, message.newest());
        return await(hub.publish(new Publication(draft, conditions)));
    }

    /// What the door checks where it comes from outside.
    private void check(Content content) {
        if (content.bytes().length > eventBytesMax) {
            throw new IllegalArgumentException(
                    "an event has " + eventBytesMax + " bytes of data at most, this has " + content.bytes().length);
        }
        try {
            if (content.kind() == Content.Kind.JSON) Json.check(content.bytes());
        } catch (InvalidJson invalid) {
            throw new IllegalArgumentException("this is no JSON: " + invalid.getMessage(), invalid);
        }
    }

    @Override
    public Appended close() {
        return await(hub.publish(new Publication(Draft.end(name), Conditions.NONE)));
    }

    @Override
    public boolean delete() {
        return await(hub.log().delete(name));
    }

    @Override
    public Optional<Cursor> latest() {
        return Optional.ofNullable(hub.log().channel(name).latest());
    }

    @Override
    public Subscription subscribe(Handler<Event> handler) {
        return Selected.of(hub, threads, name.value()).subscribe(handler);
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException failed) {
            throw new IllegalStateException("the log could not keep its promise: try again", failed.getCause());
        }
    }
}
