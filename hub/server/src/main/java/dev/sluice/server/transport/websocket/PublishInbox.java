package dev.sluice.server.transport.websocket;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.Subscriber;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.publish.ClientMessages;
import dev.sluice.server.publish.ClientMessages.Receipt;
import dev.sluice.server.transport.JsonMessages;
import java.util.Objects;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/// Publishes the messages that a client sends over its WebSocket, in the order received. Stops reading while too
/// many messages are in flight, or too many answers are queued.
final class PublishInbox implements FrameHandler {
    private static final int UNSUPPORTED = 1003;
    private static final int REFUSED = 4000;

    private final Outlet outlet;
    private final Grant grant;
    private final Subscriber subscriber;
    private final ClientMessages messages;
    private final boolean isSingleChannel;
    private final boolean json;
    private int inFlight;
    private long inFlightBytes;

    /// @param grant           what the client may publish
    /// @param isSingleChannel whether the client subscribed to one channel; it publishes there by default
    PublishInbox(
            Outlet outlet,
            Grant grant,
            Subscriber subscriber,
            ClientMessages messages,
            boolean isSingleChannel,
            boolean json) {
        this.outlet = outlet;
        this.grant = grant;
        this.subscriber = subscriber;
        this.messages = messages;
        this.isSingleChannel = isSingleChannel;
        this.json = json;
    }

    @Override
    public void message(byte[] bytes, boolean isText) {
        if (json && !isText) {
            close(UNSUPPORTED, "published messages must be JSON text, unless envelope=raw is requested");
            return;
        }
        inFlight++;
        inFlightBytes += bytes.length;
        updateReadInterest();
        int length = bytes.length;
        publish(bytes, isText, receipt -> {
            inFlight--;
            inFlightBytes -= length;
            answer(receipt);
            updateReadInterest();
        });
    }

    private void publish(byte[] bytes, boolean isText, Consumer<Receipt> onReceipt) {
        ChannelName channel = isSingleChannel ? subscribedChannel() : null;
        if (json) messages.object(outlet.loop(), grant, bytes, channel, onReceipt);
        else messages.data(outlet.loop(), grant, Objects.requireNonNull(channel), isText, bytes, onReceipt);
    }

    /// Created on demand, as most clients only subscribe. If presence is requested, its pattern comes after
    /// the channel.
    private ChannelName subscribedChannel() {
        return new ChannelName(subscriber.selection().patterns().getFirst().value());
    }

    private void answer(Receipt receipt) {
        Problem problem = receipt.problem();
        if (json) {
            enqueue(Frames.text(problem == null ? ok(receipt) : error(receipt, problem)));
        } else if (problem != null) {
            close(REFUSED + problem.status(), problem.title());
        }
    }

    /// The answer to most messages: a ref is JSON, and an id has nothing to escape.
    private static String ok(Receipt receipt) {
        String id = "\"id\":\"" + receipt.id() + "\"";
        return JsonMessages.wrap(
                "ok", receipt.ref() == null ? "{" + id + "}" : "{\"ref\":" + receipt.ref() + "," + id + "}");
    }

    private static String error(Receipt receipt, Problem problem) {
        return JsonMessages.wrap("error", JsonMessages.object(json -> {
            ref(json, receipt);
            problem.writeMembers(json);
            json.writeBooleanProperty("retry", problem.isTemporary());
        }));
    }

    private static void ref(JsonGenerator json, Receipt receipt) {
        if (receipt.ref() == null) return;
        json.writeName("ref");
        json.writeRawValue(receipt.ref());
    }

    @Override
    public void close(int code, String reason) {
        subscriber.end(new EndReason.ByClient(code, reason));
        outlet.discardInput();
    }

    @Override
    public void enqueue(byte[] frame) {
        subscriber.enqueue(frame);
        updateReadInterest();
    }

    @Override
    public void updateReadInterest() {
        messages.gate().apply(outlet, inFlight + subscriber.queuedFrames(), inFlightBytes);
    }
}
