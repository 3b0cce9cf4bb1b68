package dev.sluice.server.transport.websocket;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.Ending;
import dev.sluice.core.delivery.Subscriber;
import dev.sluice.server.http.Problem;
import dev.sluice.server.publish.ClientMessages;
import dev.sluice.server.publish.ClientMessages.Receipt;
import dev.sluice.server.transport.JsonMessages;
import dev.sluice.server.transport.LastWords;
import io.netty.channel.Channel;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import tools.jackson.core.JsonGenerator;

/// What a client sends up its WebSocket: events to publish, each taken in the order it came. Stops listening while too
/// much of that is under way, or too many answers wait to be read.
final class Inbox implements Ear {
    /// Messages that are published but not acknowledged, and answers that the client has not taken.
    private static final int UNDER_WAY_MAX = 64;

    private static final int UNSUPPORTED = 1003;
    private static final int REFUSED = 4000;

    private final Channel channel;
    private final Subscriber subscriber;
    private final ClientMessages messages;
    private final boolean isOfOne;
    private final boolean json;
    private int underWay;
    private long underWayBytes;

    /// @param isOfOne whether the client asked for one channel, which is where it publishes unless it names another
    Inbox(Channel channel, Subscriber subscriber, ClientMessages messages, boolean isOfOne, boolean json) {
        this.channel = channel;
        this.subscriber = subscriber;
        this.messages = messages;
        this.isOfOne = isOfOne;
        this.json = json;
    }

    @Override
    public void message(byte[] bytes, boolean isText) {
        if (json && !isText) {
            leave(UNSUPPORTED, "messages to publish are JSON text, or ask for envelope=raw");
            return;
        }
        underWay++;
        underWayBytes += bytes.length;
        breathe();
        accept(bytes, isText)
                .thenAccept(receipt -> channel.eventLoop().execute(() -> {
                    underWay--;
                    underWayBytes -= bytes.length;
                    answer(receipt);
                    breathe();
                }));
    }

    private CompletionStage<Receipt> accept(byte[] bytes, boolean isText) {
        ChannelName channel = isOfOne ? one() : null;
        if (json) return messages.object(bytes, channel);
        return messages.data(Objects.requireNonNull(channel), isText, bytes);
    }

    /// Made when it is needed, as most clients only listen. Presence, if asked for, comes behind it.
    private ChannelName one() {
        return new ChannelName(subscriber.selection().patterns().getFirst().value());
    }

    private void answer(Receipt receipt) {
        Problem problem = receipt.problem();
        if (json) {
            say(Frames.text(problem == null ? ok(receipt) : error(receipt, problem)));
        } else if (problem != null) {
            leave(REFUSED + problem.status(), problem.title());
        }
    }

    private static String ok(Receipt receipt) {
        return JsonMessages.wrap("ok", JsonMessages.object(json -> {
            ref(json, receipt);
            if (receipt.id() != null) json.writeStringProperty("id", receipt.id());
        }));
    }

    private static String error(Receipt receipt, Problem problem) {
        return JsonMessages.wrap("error", JsonMessages.object(json -> {
            ref(json, receipt);
            problem.writeMembers(json);
            json.writeBooleanProperty("retry", problem.isPassing());
        }));
    }

    private static void ref(JsonGenerator json, Receipt receipt) {
        if (receipt.ref() == null) return;
        json.writeName("ref");
        json.writeRawValue(receipt.ref());
    }

    @Override
    public void leave(int code, String why) {
        subscriber.end(new Ending.ByClient(code, why));
        LastWords.hearNoMore(channel);
    }

    @Override
    public void say(byte[] frame) {
        subscriber.say(frame);
        breathe();
    }

    @Override
    public void breathe() {
        boolean isFull =
                underWay + subscriber.unsaid() >= UNDER_WAY_MAX || underWayBytes >= messages.unacknowledgedBytes();
        if (channel.config().isAutoRead() == isFull) channel.config().setAutoRead(!isFull);
    }
}
