package dev.sluice.pusher;

import dev.sluice.BatchItem;
import dev.sluice.BatchResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An event that a client sends to the other subscribers of a channel.
///
/// @param from the client's socket
/// @param data what the client sent; null for nothing
record ClientEvent(
        AppState app,
        PusherConnection from,
        String name,
        @Nullable JsonNode data) {
    /// @param to the socket's own subscription to the channel; null if it has none
    /// @throws RefusedException if the event is not allowed, or the hub does not store it
    void publish(@Nullable ChannelSubscription to) {
        if (!app.app().clientEvents()) throw new RefusedException(403, "This app takes no events of clients.");
        if (to == null) throw new RefusedException(403, "An event is for a channel to which its socket is subscribed.");
        PusherChannel channel = to.channel();
        if (!channel.isGuarded() || channel.isEncrypted())
            throw new RefusedException(
                    403, "Events of clients are for private and presence channels that are not encrypted.");
        String text = data == null ? "null" : data.isString() ? data.stringValue() : data.toString();
        PusherEvent event = PusherEvent.checked(name, text, from.id(), to.userId());
        from.takePublish(event);
        List<BatchItem> items = new ArrayList<>();
        items.add(new BatchItem.Publish(channel.hubName(), event.message()));
        if (app.app().webhook() != null) items.add(app.webhooks().item(hook(event, channel)));
        if (!isStored(items)) throw new RefusedException(503, "The event was not stored.");
    }

    private boolean isStored(List<BatchItem> items) {
        try {
            return app.hub().publishAll(items) instanceof BatchResult.Stored;
        } catch (IllegalArgumentException | IllegalStateException refused) { // Its limits, or a log that has failed.
            return false;
        }
    }

    private Map<String, Object> hook(PusherEvent event, PusherChannel channel) {
        Map<String, Object> hook = new LinkedHashMap<>();
        hook.put("name", "client_event");
        hook.put("channel", channel.name());
        hook.put("event", name);
        hook.put("data", event.data());
        hook.put("socket_id", from.id());
        if (event.user() != null) hook.put("user_id", event.user());
        return hook;
    }
}
